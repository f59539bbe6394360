/**
 * Orders names as people do, `clip2` before `clip10`, by code units and digit runs alone: a locale's
 * collation differs between machines, and the order of classes is the meaning of a model's outputs.
 * Names that differ only in leading zeros or not at all in value fall back to plain comparison.
 */
export function naturalOrder(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? []
  const right = b.match(/\d+|\D+/g) ?? []
  const shared = Math.min(left.length, right.length)
  for (let i = 0; i < shared; i++) {
    const order = compareParts(left[i] ?? '', right[i] ?? '')
    if (order !== 0) return order
  }
  return left.length - right.length || plainOrder(a, b)
}

function compareParts(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return plainOrder(a, b)
  const left = a.replace(/^0+(?=\d)/, '')
  const right = b.replace(/^0+(?=\d)/, '')
  return left.length - right.length || plainOrder(left, right)
}

function plainOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
