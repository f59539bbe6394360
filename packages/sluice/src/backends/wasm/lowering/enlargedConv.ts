import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import { spatial, type Triple } from '../../../engine/ops/convolution/geometry.ts'
import type { AxisTaps } from '../../../engine/ops/resampling/axisTaps.ts'
import {
  nearestTaps,
  type ResizeNearestAttributes,
} from '../../../engine/ops/resizeNearest/nearestTaps.ts'
import { present } from '../../../foundation/invariant.ts'
import type { Shape } from '../../../foundation/shape.ts'
import type { WasmLoweringContext } from '../step.ts'
import type { ConvolutionGrid } from './blocks.ts'
import {
  branchesOf,
  type ForwardNode,
  forwardInputs,
  forwardWinograd,
  lowerForwardGrid,
} from './convForward.ts'
import { isDepthwise } from './depthwise.ts'
import { forwardGrid } from './grids.ts'
import { directCost, winogradCost } from './winogradCost.ts'
import type { Place, SharedTaps, WinogradGrid } from './winogradGrid.ts'

/**
 * Three taps over a picture that was enlarged by 2 see only two of its pixels: an even row sees the one before by
 * its first tap and its own by the sum of the others, an odd row its own by the sum of the first two and the one
 * behind by the last.
 */
const EVEN: readonly SharedTaps[] = [[0], [1, 2]]
const ODD: readonly SharedTaps[] = [[0, 1], [2]]

/**
 * Whether a 3 × 3 convolution is better done on the picture before it was enlarged by 2: even and odd rows and
 * columns are four convolutions of 2 × 2 taps of one small picture.
 */
export function readsBeforeEnlarging(
  resize: Node<ResizeNearestAttributes>,
  node: ForwardNode,
  context: Pick<WasmLoweringContext, 'exact'>,
): boolean {
  const [input] = resize.inputs
  const { x, weight } = forwardInputs(node)
  if (input === undefined || x !== resize.outputs[0] || context.exact) return false
  const kernel = spatial(weight.shape).size
  const { stride, dilation, padding } = node.attributes
  const fits = ([1, 2] as const).every(
    (axis) =>
      kernel[axis] === 3 &&
      stride[axis] === 1 &&
      dilation[axis] === 1 &&
      padding[axis].every((side) => side === 1),
  )
  if (isDepthwise(weight.shape, node.attributes.groups)) return false
  if (!fits || kernel[0] !== 1 || !doubles(input.shape, resize.attributes)) return false
  const large = largeGrid(node)
  const there = forwardWinograd(node, large, context)
  const branches = branchesOf(node)
  const cost = there === undefined ? directCost(large, branches) : winogradCost(there, branches)
  // No allowance for what counts leave out: the large picture is neither written nor read.
  return winogradCost(enlargedGrid(input.shape, large), branches) < cost
}

/** Records the convolution of the small picture. */
export function lowerEnlargedConv(
  resize: Node<ResizeNearestAttributes>,
  node: ForwardNode,
  context: WasmLoweringContext,
): Lowering {
  const x = present(resize.inputs[0], 'input')
  const large = largeGrid(node)
  return lowerForwardGrid(node, x, large, enlargedGrid(x.shape, large), context)
}

/** The convolution as it stands, of the enlarged picture. */
function largeGrid(node: ForwardNode): ConvolutionGrid {
  const { x, weight } = forwardInputs(node)
  const y = present(node.outputs[0], 'output')
  return forwardGrid(x.shape, weight.shape, y.shape, node.attributes)
}

/** The same as four convolutions of 2 × 2 taps, of which those of odd rows begin one row outside. */
function enlargedGrid(x: Shape, large: ConvolutionGrid): WinogradGrid {
  const { size } = spatial(x)
  const gridSize: Triple = [large.gridSize[0], size[1] + 1, size[2] + 1]
  const inOrigin: Triple = [large.inOrigin[0], -1, -1]
  const sides = [
    { first: 0, taps: EVEN },
    { first: -1, taps: ODD },
  ]
  const pairs = sides.flatMap((rows) => sides.map((columns) => ({ rows, columns })))
  return {
    grid: { ...large, inSize: size, gridSize, inOrigin },
    points: 6,
    taps: 2,
    step: [1, 1, 1],
    phases: [1, 1, 1],
    outStep: [2, 2],
    deep: false,
    depths: [0],
    views: [{ at: [0, 0], reaches: [true, true] }],
    parts: pairs.map(({ rows, columns }): Place => [rows.first, columns.first]),
    sources: pairs.flatMap(({ rows, columns }) =>
      rows.taps.flatMap((row) =>
        columns.taps.map((column) => row.flatMap((i) => column.map((j) => 3 * i + j))),
      ),
    ),
  }
}

/** Whether rows and columns are doubled, each pixel becoming 2 × 2, and depth is left alone. */
function doubles(x: Shape, attributes: ResizeNearestAttributes): boolean {
  const { size } = spatial(x)
  const [depth, height, width] = nearestTaps(x, attributes)
  return repeats(depth, size[0], 1) && repeats(height, size[1], 2) && repeats(width, size[2], 2)
}

function repeats({ indices }: AxisTaps, inputs: number, times: number): boolean {
  return (
    indices.length === inputs * times &&
    indices.every((index, output) => index === Math.floor(output / times))
  )
}
