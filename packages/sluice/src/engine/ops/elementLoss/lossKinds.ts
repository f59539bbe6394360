/** Losses that compare element by element. Names are PyTorch's in camelCase. */
export const elementLossKinds = [
  'meanAbsoluteError',
  'meanSquaredError',
  'smoothL1',
  'binaryCrossEntropyWithLogits',
  'hinge',
] as const

export type ElementLossKind = (typeof elementLossKinds)[number]

/** What one element adds, and the slopes of that by the element and by its target. */
interface ElementRule {
  value(x: number, target: number, beta: number): number
  slope(x: number, target: number, beta: number): number
  targetSlope(x: number, target: number, beta: number): number
}

/** A rule that looks at the difference alone. */
function ofDifference(
  value: (difference: number, beta: number) => number,
  slope: (difference: number, beta: number) => number,
): ElementRule {
  return {
    value: (x, target, beta) => value(x - target, beta),
    slope: (x, target, beta) => slope(x - target, beta),
    targetSlope: (x, target, beta) => -slope(x - target, beta),
  }
}

/** Whether an element lies within the margin of the hinge, the only place where it has a slope. */
function withinMargin(x: number, target: number): boolean {
  return 1 - target * x > 0
}

/** The definitions, in float64. */
export const elementRules: Readonly<Record<ElementLossKind, ElementRule>> = {
  meanAbsoluteError: ofDifference(Math.abs, Math.sign),
  meanSquaredError: ofDifference(
    (difference) => difference * difference,
    (difference) => 2 * difference,
  ),
  smoothL1: ofDifference(
    (difference, beta) => {
      const size = Math.abs(difference)
      return size < beta ? (difference * difference) / (2 * beta) : size - beta / 2
    },
    (difference, beta) => (Math.abs(difference) < beta ? difference / beta : Math.sign(difference)),
  ),
  binaryCrossEntropyWithLogits: {
    value: (x, target) => Math.max(x, 0) - x * target + Math.log1p(Math.exp(-Math.abs(x))),
    slope: (x, target) => 1 / (1 + Math.exp(-x)) - target,
    targetSlope: (x) => -x,
  },
  hinge: {
    value: (x, target) => Math.max(0, 1 - target * x),
    slope: (x, target) => (withinMargin(x, target) ? -target : 0),
    targetSlope: (x, target) => (withinMargin(x, target) ? -x : 0),
  },
}
