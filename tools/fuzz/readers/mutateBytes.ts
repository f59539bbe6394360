import type { Random } from '../../../packages/sluice/src/foundation/random.ts'
import { hostileNumbers, hostileNumberText } from './hostileNumbers.ts'

const telling = [0, 1, 0x28, 0x2e, 0x51, 0x52, 0x7f, 0x80, 0xff]

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array

const setByte: Mutation = (bytes, random) => {
  bytes[random.integer(bytes.length)] = random.integer(256)
  return bytes
}

const flipBit: Mutation = (bytes, random) => {
  const at = random.integer(bytes.length)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8))
  return bytes
}

const fillRun: Mutation = (bytes, random) => {
  const at = random.integer(bytes.length)
  bytes.fill(telling[random.integer(telling.length)] ?? 0, at, at + 1 + random.integer(16))
  return bytes
}

const copyRun: Mutation = (bytes, random) =>
  bytes.copyWithin(
    random.integer(bytes.length),
    random.integer(bytes.length),
    random.integer(bytes.length),
  )

const removeRun: Mutation = (bytes, random) => {
  const at = random.integer(bytes.length)
  return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.integer(16)))
}

const repeatRun: Mutation = (bytes, random) => {
  const at = random.integer(bytes.length)
  const end = Math.min(bytes.length, at + 1 + random.integer(16))
  return joined(bytes.subarray(0, end), bytes.subarray(at))
}

const cutOff: Mutation = (bytes, random) => bytes.slice(0, random.integer(bytes.length))

/** Lengths, counts and places stand in files as little- or big-endian numbers of some width. */
const writeNumber: Mutation = (bytes, random) => {
  const width = [1, 2, 4, 8][random.integer(4)] ?? 1
  if (bytes.length < width) return bytes
  const numbers = [...hostileNumbers, BigInt(bytes.length), BigInt(bytes.length - 1)]
  const number = numbers[random.integer(numbers.length)] ?? 0n
  const at = random.integer(bytes.length - width + 1)
  const bigEndian = random.integer(4) === 0
  for (let i = 0; i < width; i++) {
    const place = bigEndian ? width - 1 - i : i
    bytes[at + place] = Number((number >> BigInt(8 * i)) & 255n)
  }
  return bytes
}

/** Puts another number where digits stand: shapes, offsets and sizes of headers that are text. */
const rewriteDigits: Mutation = (bytes, random) => {
  const from = random.integer(bytes.length)
  const isDigit = (at: number) => (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39
  for (let at = from; at < Math.min(bytes.length, from + 400); at++) {
    if (!isDigit(at)) continue
    let end = at
    while (isDigit(end)) end++
    const text = new TextEncoder().encode(hostileNumberText(random))
    return joined(bytes.subarray(0, at), text, bytes.subarray(end))
  }
  return bytes
}

const brackets = ['[', '{', '(', '{"a":', '[[', '"', '(l', ']', '}'].map((text) =>
  new TextEncoder().encode(text),
)

/** Opens many brackets: what recursive parsers run out of stack with. */
const nest: Mutation = (bytes, random) => {
  const at = random.integer(bytes.length + 1)
  const bracket = brackets[random.integer(brackets.length)] ?? new Uint8Array(1)
  const depth = random.integer(8) === 0 ? 20_000 : 1 + random.integer(300)
  const opened = new Uint8Array(depth * bracket.length)
  for (let i = 0; i < opened.length; i++) opened[i] = bracket[i % bracket.length] ?? 0
  return joined(bytes.subarray(0, at), opened, bytes.subarray(at))
}

const mutations: readonly Mutation[] = [
  setByte,
  setByte,
  flipBit,
  flipBit,
  fillRun,
  copyRun,
  removeRun,
  repeatRun,
  writeNumber,
  writeNumber,
  rewriteDigits,
  rewriteDigits,
  cutOff,
  nest,
]

/** A copy with one to eight changes of the kinds that break parsers; now and then only noise. */
export function mutateBytes(source: Uint8Array, random: Random): Uint8Array {
  if (random.integer(50) === 0) return noise(random)
  let bytes: Uint8Array = source.slice()
  const changes = 1 + random.integer(8)
  for (let change = 0; change < changes && bytes.length > 0; change++) {
    bytes = mutations[random.integer(mutations.length)]?.(bytes, random) ?? bytes
  }
  return bytes
}

function noise(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.integer(300) }, () => random.integer(256))
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
