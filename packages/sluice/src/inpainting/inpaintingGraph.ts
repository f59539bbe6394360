import type { Graph } from '../engine/graph/graph.ts'
import { GraphBuilder } from '../engine/graph/graphBuilder.ts'
import { Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { concat } from '../engine/ops/concat/concat.ts'
import type { Pair } from '../engine/ops/convolution/geometry.ts'
import { pad } from '../engine/ops/pad/pad.ts'
import type { PadMode } from '../engine/ops/pad/padTaps.ts'
import { SluiceError } from '../foundation/errors.ts'
import { formatShape, sameShape } from '../foundation/shape.ts'
import type { Inpainter } from '../models/inpainter.ts'

/** How many pictures an inpainting program takes at once, and their size in pixels. */
export interface PictureSize {
  readonly batch: number
  readonly height: number
  readonly width: number
}

/**
 * An inpainter in inference mode on pictures of any size. Inputs `image` `[N, 3, H, W]` (−1 to 1, not
 * blanked in the hole) and `mask` `[N, 1, H, W]` (1 = hole); output `output` `[N, 3, H, W]`, what the
 * network paints everywhere, before anything is pasted.
 *
 * Sizes that the network cannot take are enlarged to the next it can, to the right and below, by the
 * picture mirrored at its edge, which counts as known; the output is cut back.
 *
 * @throws SluiceError `shape` when the module does not make pictures of pictures
 */
export function inpaintingGraph(model: Inpainter, size: PictureSize): Graph {
  const builder = new GraphBuilder()
  buildInpainting(builder, model, size)
  return builder.finish()
}

/** Appends what `inpaintingGraph` is made of, for programs that want more outputs. */
export function buildInpainting(builder: GraphBuilder, model: Inpainter, size: PictureSize): void {
  const { batch, height, width } = size
  const image = builder.input('image', [batch, 3, height, width])
  const mask = builder.input('mask', [batch, 1, height, width])
  const below = missingTo(height, model.multipleOf)
  const right = missingTo(width, model.multipleOf)
  const grown = (value: Value, mode: PadMode): Value =>
    below + right === 0 ? value : padded(builder, value, [0, below], [0, right], mode)
  // What is beside a picture narrower than what it lacks cannot be mirrored.
  const mode = below <= height && right <= width ? 'symmetric' : 'replicate'
  const input = builder.applyOne(
    concat,
    [grown(image, mode), grown(mask, 'constant')],
    { axis: 1 },
    'input',
  )
  const output = model.build(new Scope(builder, 'inference'), input)
  const expected = [batch, 3, height + below, width + right]
  if (!sameShape(output.shape, expected)) {
    throw new SluiceError('shape', 'the inpainter does not make pictures of its input', {
      where: model.type,
      expected: formatShape(expected),
      received: formatShape(output.shape),
    })
  }
  const whole = below + right === 0
  builder.output(
    'output',
    whole ? output : padded(builder, output, [0, -below], [0, -right], 'constant'),
  )
}

function missingTo(size: number, multiple: number): number {
  return (multiple - (size % multiple)) % multiple
}

function padded(
  builder: GraphBuilder,
  value: Value,
  height: Pair,
  width: Pair,
  mode: PadMode,
): Value {
  return builder.applyOne(
    pad,
    [value],
    { padding: [[0, 0], height, width], mode, value: 0 },
    'edge',
  )
}
