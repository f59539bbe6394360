/**
 * Numbers that both sides compute: the same hash as fixtures/goldens/formula.py, a 24-bit fraction in
 * [-1, 1) that float32 holds exactly.
 */
export function hashedValue(index: number, salt: number): number {
  let h = (Math.imul(index, 2654435761) + salt * 40503) >>> 0
  h = (h ^ (h >>> 16)) >>> 0
  h = Math.imul(h, 0x85ebca6b) >>> 0
  h = (h ^ (h >>> 13)) >>> 0
  h = Math.imul(h, 0xc2b2ae35) >>> 0
  h = (h ^ (h >>> 16)) >>> 0
  return (h >>> 8) / 2 ** 23 - 1
}

/** How an input is made: `offset + scale · value`, rounded to float32. */
export interface Formula {
  readonly salt: number
  readonly scale?: number
  readonly offset?: number
}

export function formulaValues(
  count: number,
  { salt, scale = 1, offset = 0 }: Formula,
): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => offset + scale * hashedValue(i, salt))
}

/** Whole numbers from 0 to below `classes`. */
export function formulaLabels(count: number, salt: number, classes: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) =>
    Math.floor(((hashedValue(i, salt) + 1) / 2) * classes),
  )
}
