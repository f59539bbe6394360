import type { ActivationKind } from '../../../packages/sluice/src/engine/ops/activation/activationKinds.ts'
import { activationKinds } from '../../../packages/sluice/src/engine/ops/activation/activationKinds.ts'
import { convolutionOutputShape } from '../../../packages/sluice/src/engine/ops/convolution/convolutionShapes.ts'
import {
  type ConvolutionAttributes,
  type Pair,
  shapeOf,
  type Triple,
} from '../../../packages/sluice/src/engine/ops/convolution/geometry.ts'
import type { Random } from '../../../packages/sluice/src/foundation/random.ts'
import { elementCount, type Shape } from '../../../packages/sluice/src/foundation/shape.ts'

/** One convolution of a fuzzer, small enough for float64 loops. */
export interface DrawnConvolution {
  readonly x: Shape
  readonly weight: Shape
  readonly y: Shape
  readonly window: ConvolutionAttributes
}

/** Products of one case: the reference does about thirty million a second. */
const PRODUCTS_MAX = 1_500_000
/** Values of any one tensor. */
const VALUES_MAX = 100_000

const kinds = Object.keys(activationKinds) as ActivationKind[]

/** Any convolution that the definition allows, those which fast kernels want more often than others. */
export function drawConvolution(random: Random): DrawnConvolution {
  for (;;) {
    const drawn = propose(random)
    if (drawn !== undefined) return drawn
  }
}

/** Activations of a gated convolution: mostly the usual pair, so that errors of sums stand out. */
export function drawGates(random: Random) {
  const usual = random.integer(3) > 0
  return {
    featureActivation: usual ? 'none' : pick(random, kinds),
    gateActivation: usual ? 'sigmoid' : pick(random, kinds),
    activation: pick(random, ['none', 'relu'] as const),
  } as const
}

/** One of several things. */
export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.integer(choices.length)] as T
}

function propose(random: Random): DrawnConvolution | undefined {
  const rank = pick(random, [3, 4, 4, 5, 5, 5])
  const inRank = (axis: number) => axis >= 5 - rank
  // Squares of two to seven taps with stride 1 or 2 in the plane are what Winograd's kernels are for.
  const transformed = random.integer(3) > 0
  const side = pick(random, [3, 3, 3, 2, 4, 5, 7])
  const step = pick(random, [1, 1, 1, 2])
  const same = random.integer(3) > 0
  const dilated = random.integer(3) === 0
  const axes = [0, 1, 2] as const
  const window = axes.map((axis) => {
    if (!inRank(axis)) return { size: 1, kernel: 1, stride: 1, dilation: 1, pair: [0, 0] as Pair }
    const size = 1 + random.integer(axis === 0 ? 9 : rank === 3 ? 60 : transformed ? 19 : 13)
    const free = 1 + random.integer(5)
    const kernel = !transformed ? free : axis > 0 ? side : random.integer(4) > 0 ? 3 : free
    const stride = transformed && axis > 0 ? step : pick(random, [1, 1, 1, 2, 3])
    const dilation = dilated ? 1 + random.integer(4) : 1
    const reach = dilation * (kernel - 1)
    const pair: Pair = same
      ? [reach >> 1, reach >> 1]
      : pick(random, [
          [0, 0],
          [reach, 0],
          [0, reach],
          [random.integer(5), random.integer(5)],
          [reach + random.integer(3), reach],
        ])
    return { size, kernel, stride, dilation, pair }
  })
  const depthwise = random.integer(5) === 0
  const groups = depthwise
    ? 1 + random.integer(21)
    : pick(random, [1, 1, 1, 2, 3, 1 + random.integer(6)])
  const perGroup = depthwise ? 1 : 1 + random.integer(Math.ceil(19 / groups))
  const outputs = depthwise
    ? pick(random, [1, 1, 2, 3, 1 + random.integer(9)])
    : 1 + random.integer(Math.ceil(19 / groups))
  const batch = 1 + random.integer(5)
  const triple = (rule: (part: (typeof window)[number]) => number): Triple =>
    window.map(rule) as unknown as Triple
  const x = shapeOf(
    rank,
    batch,
    groups * perGroup,
    triple(({ size }) => size),
  )
  const weight = shapeOf(
    rank,
    groups * outputs,
    perGroup,
    triple(({ kernel }) => kernel),
  )
  const attributes: ConvolutionAttributes = {
    stride: triple(({ stride }) => stride),
    dilation: triple(({ dilation }) => dilation),
    padding: window.map(({ pair }) => pair) as unknown as readonly [Pair, Pair, Pair],
    groups,
  }
  const fits = window.every(
    ({ size, kernel, dilation, pair }) => dilation * (kernel - 1) + 1 <= size + pair[0] + pair[1],
  )
  if (!fits) return undefined
  const y = convolutionOutputShape(x, weight, attributes, 'fuzz')
  const products = elementCount(y) * elementCount(weight.slice(1))
  if (products > PRODUCTS_MAX || [x, y, weight].some((one) => elementCount(one) > VALUES_MAX)) {
    return undefined
  }
  return { x, weight, y, window: attributes }
}
