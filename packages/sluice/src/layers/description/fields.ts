import { SluiceError } from '../../foundation/errors.ts'

/** The largest whole number a description may hold: above any real layer, below any overflow. */
const largest = 1 << 24

/**
 * Reads an object of untrusted JSON field by field: each with its type checked, and no field left
 * over, because an option that this version does not know would change what the model computes.
 */
export class Fields {
  readonly where: string
  private readonly values: ReadonlyMap<string, unknown>
  private readonly taken = new Set<string>(['type'])

  constructor(json: unknown, where: string) {
    this.where = where
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw this.wrong(where, 'an object', json)
    }
    this.values = new Map(Object.entries(json))
  }

  /** A whole number from `least` up. */
  whole(name: string, least = 1): number {
    const value = this.take(name)
    if (isWhole(value) && value >= least) return value
    throw this.wrong(name, `a whole number from ${least} to ${largest}`, value)
  }

  /** A finite number. */
  number(name: string): number {
    const value = this.take(name)
    if (typeof value === 'number' && Number.isFinite(value)) return value
    throw this.wrong(name, 'a number', value)
  }

  boolean(name: string): boolean {
    const value = this.take(name)
    if (typeof value === 'boolean') return value
    throw this.wrong(name, 'true or false', value)
  }

  /** One of a few words. */
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    const value = this.take(name)
    const choice = choices.find((candidate) => candidate === value)
    if (choice !== undefined) return choice
    throw this.wrong(name, choices.map((candidate) => `"${candidate}"`).join(', '), value)
  }

  /** A name as parameters carry them. */
  name(name: string): string {
    const value = this.take(name)
    if (typeof value === 'string' && isModuleName(value)) return value
    throw this.wrong(name, 'a name of letters, digits, "_" and "-"', value)
  }

  /** Whole numbers, one per axis or stage. */
  sizes(name: string, least = 1): number[] {
    const value = this.take(name)
    if (Array.isArray(value) && value.length <= 64) {
      const sizes = value.filter((size: unknown): size is number => isWhole(size) && size >= least)
      if (sizes.length === value.length) return sizes
    }
    throw this.wrong(name, `a list of whole numbers from ${least}`, value)
  }

  /** Any JSON value, checked by whoever asks. */
  take(name: string): unknown {
    this.taken.add(name)
    return this.values.get(name)
  }

  has(name: string): boolean {
    return this.values.has(name)
  }

  /** Refuses fields that nobody asked for. */
  done(): void {
    for (const name of this.values.keys()) {
      if (this.taken.has(name)) continue
      throw new SluiceError('format', `unknown option "${name}"`, {
        where: this.where,
        expected: [...this.taken].join(', '),
        fix: 'read this file with the version of Sluice that wrote it, or a newer one',
      })
    }
  }

  wrong(name: string, expected: string, received: unknown): SluiceError {
    const shown = JSON.stringify(received) ?? 'nothing'
    return new SluiceError('format', `${name} is not usable`, {
      where: this.where,
      expected,
      received: shown.length > 80 ? `${shown.slice(0, 80)}…` : shown,
    })
  }
}

/** Names become parts of tensor names, between dots. */
export function isModuleName(name: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(name)
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value <= largest
}
