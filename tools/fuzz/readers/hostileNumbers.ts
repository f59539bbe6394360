import type { Random } from '../../../packages/sluice/src/foundation/random.ts'

/** Numbers at which parsers break: around the bounds of integers of every width. */
export const hostileNumbers: readonly bigint[] = [
  0n,
  1n,
  2n,
  255n,
  256n,
  65_535n,
  65_536n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 40n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 62n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
]

/** One of them, as text: also negative, with a point, an exponent, or no number at all. */
export function hostileNumberText(random: Random): string {
  const number = hostileNumbers[random.integer(hostileNumbers.length)] ?? 0n
  const forms = [
    `${number}`,
    `-${number}`,
    `${number}.5`,
    `${number}e3`,
    `0${number}`,
    '1e999',
    'NaN',
  ]
  return forms[random.integer(random.integer(2) === 0 ? 1 : forms.length)] ?? '0'
}
