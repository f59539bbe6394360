/**
 * Where the true share lies with 95 % confidence when `right` of `count` were right: Wilson's score
 * interval (1927), which keeps its promise for few clips and for shares near 0 and 1, where the
 * textbook's normal interval does not. Nothing is known without clips: 0 to 1.
 */
export function confidenceInterval(
  right: number,
  count: number,
): readonly [low: number, high: number] {
  if (count === 0) return [0, 1]
  const share = right / count
  const z = 1.959963984540054
  const middle = share + (z * z) / (2 * count)
  const half = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))
  const scale = 1 + (z * z) / count
  return [
    right === 0 ? 0 : Math.max(0, (middle - half) / scale),
    right === count ? 1 : Math.min(1, (middle + half) / scale),
  ]
}
