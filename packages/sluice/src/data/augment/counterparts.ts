import { SluiceError } from '../../foundation/errors.ts'

/**
 * What classes become when a clip is turned round, as pairs of names: `["left", "right"]` become each
 * other, `["wave", "wave"]` stays what it is. A class that no pair names is never turned round: a
 * mirrored swipe to the left is one to the right, and calling it left would teach a lie.
 */
export type Counterparts = readonly (readonly [string, string])[]

/** More pairs than anyone declares. */
const MOST_PAIRS = 100_000

/**
 * Reads pairs from parsed JSON.
 * @throws SluiceError `format` for anything but pairs of names, or a class in two of them
 */
export function readCounterparts(json: unknown, where: string): Counterparts {
  const list: unknown[] = Array.isArray(json) ? json : []
  const pairs = list.filter(isPair).map(([a, b]) => [a, b] as const)
  if (!Array.isArray(json) || pairs.length !== list.length || pairs.length > MOST_PAIRS) {
    throw new SluiceError('format', 'not a list of counterpart classes', {
      where,
      expected: 'pairs of names, such as [["left", "right"], ["wave", "wave"]]',
      received: (JSON.stringify(json) ?? 'nothing').slice(0, 200),
    })
  }
  const known = new Map<string, string>()
  for (const [a, b] of pairs) {
    for (const [name, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const before = known.get(name)
      if (before !== undefined && before !== other) {
        throw new SluiceError('format', `"${name}" has two counterparts`, {
          where,
          received: `"${before}" and "${other}"`,
        })
      }
      known.set(name, other)
    }
  }
  return pairs
}

function isPair(value: unknown): value is readonly [string, string] {
  return (
    Array.isArray(value) && value.length === 2 && value.every((name) => typeof name === 'string')
  )
}

/**
 * The label that each label becomes, −1 for classes that are never turned round.
 * @param what the augmentation, for the error
 * @throws SluiceError `usage` when a pair names a class that is not there
 */
export function counterpartLabels(
  pairs: Counterparts,
  classes: readonly string[],
  what: string,
): Int32Array {
  const labels = new Int32Array(classes.length).fill(-1)
  for (const pair of pairs) {
    const [a, b] = pair.map((name) => {
      const label = classes.indexOf(name)
      if (label !== -1) return label
      throw new SluiceError('usage', `${what} names a class that is not among the clips`, {
        expected: classes.join(', '),
        received: name,
      })
    }) as [number, number]
    labels[a] = b
    labels[b] = a
  }
  return labels
}
