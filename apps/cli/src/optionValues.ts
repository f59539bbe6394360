import { InvalidArgumentError } from 'commander'

/** Parsers of option values: commander names the option in front of what they say. */
type Parser<T> = (text: string) => T

/** A whole number from `low` to `high`. */
export function wholeNumber(low: number, high = Number.MAX_SAFE_INTEGER): Parser<number> {
  return (text) => {
    const value = Number(text)
    if (/^[+-]?\d+$/.test(text.trim()) && value >= low && value <= high) return value
    throw new InvalidArgumentError(`It must be ${range('a whole number', low, high)}.`)
  }
}

/** Any number from `low` to `high`, written as usual (`0.001`, `1e-3`). */
export function number(low: number, high = Number.POSITIVE_INFINITY): Parser<number> {
  return (text) => {
    const value = parsed(text)
    if (value >= low && value <= high) return value
    throw new InvalidArgumentError(`It must be ${range('a number', low, high)}.`)
  }
}

/** A number above 0. */
export const positive: Parser<number> = (text) => {
  const value = parsed(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It must be a number above 0.')
}

/** A part of a whole: from 0 to below 1. */
export const part: Parser<number> = (text) => {
  const value = parsed(text)
  if (value >= 0 && value < 1) return value
  throw new InvalidArgumentError('It must be a number from 0 to below 1.')
}

/** An amount of memory in bytes, such as `512MB`, `1.5GiB` or `0`. */
export const byteCount: Parser<number> = (text) => {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?) *([kmgt]i?)?b?$/i.exec(text.trim()) ?? []
  if (digits !== undefined) {
    const power = ' kmgt'.indexOf(unit.slice(0, 1).toLowerCase() || ' ')
    return Math.floor(Number(digits) * (unit.length === 2 ? 1024 : 1000) ** power)
  }
  throw new InvalidArgumentError('It must be an amount of memory, such as 512MB or 2GB.')
}

/** An amount of memory that a device can work with. */
export const memoryLimit: Parser<number> = (text) => {
  const bytes = byteCount(text)
  if (bytes >= 2 ** 20) return bytes
  throw new InvalidArgumentError('It must be 1MiB or more.')
}

/** Rising numbers above 0, between commas. */
export const risingNumbers: Parser<number[]> = (text) => {
  const list = text.split(',').map(parsed)
  if (list.every((value, i) => Number.isFinite(value) && value > (list[i - 1] ?? 0))) return list
  throw new InvalidArgumentError('It must be rising numbers above 0 between commas.')
}

/** Numbers between commas. */
export const numbers: Parser<number[]> = (text) => {
  const list = text.split(',').map(parsed)
  if (list.every((value) => Number.isFinite(value))) return list
  throw new InvalidArgumentError('It must be numbers between commas.')
}

/** Whole numbers from 1 between commas. */
export const wholeNumbers: Parser<number[]> = (text) => {
  const list = text.split(',').map(parsed)
  if (list.every((value) => Number.isSafeInteger(value) && value >= 1)) return list
  throw new InvalidArgumentError('It must be whole numbers from 1 between commas.')
}

/** Names between commas. */
export const names: Parser<string[]> = (text) => {
  const list = text.split(',').map((name) => name.trim())
  if (list.every((name) => name !== '') && new Set(list).size === list.length) return list
  throw new InvalidArgumentError('It must be different names between commas.')
}

/** Sizes between commas, batch first. */
export const shape: Parser<number[]> = (text) => {
  const sizes = text.split(',').map(Number)
  if (sizes.length >= 2 && sizes.every((size) => Number.isSafeInteger(size) && size >= 1)) {
    return sizes
  }
  throw new InvalidArgumentError('It must be whole numbers between commas, such as 1,3,8,32,32.')
}

/** Three numbers between commas, or one for all colours. */
export const colours: Parser<[number, number, number]> = (text) => {
  const [red, green = red, blue = red, ...more] = text.split(',').map(parsed)
  if (red !== undefined && green !== undefined && blue !== undefined && more.length === 0) {
    if (Number.isFinite(red + green + blue)) return [red, green, blue]
  }
  throw new InvalidArgumentError('It must be one number, or three between commas.')
}

function parsed(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

function range(kind: string, low: number, high: number): string {
  const open = high === Number.MAX_SAFE_INTEGER || high === Number.POSITIVE_INFINITY
  return open ? `${kind} from ${low}` : `${kind} from ${low} to ${high}`
}
