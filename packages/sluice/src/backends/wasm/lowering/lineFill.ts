import type { Lowering } from '../../../engine/device/device.ts'
import { spatial } from '../../../engine/ops/convolution/geometry.ts'
import { lineDirections } from '../../../engine/ops/lineFill/lineFill.ts'
import { present } from '../../../foundation/invariant.ts'
import { LINE_FILL } from '../abi/kernelIds.ts'
import { batchOf, channelsOf } from '../layout.ts'
import { type NodeEnds, StepRecorder } from '../step.ts'

/** Directions are words without a sign: this is added to both steps. */
const shift = 2

export function lowerLineFill(node: NodeEnds): Lowering {
  const [picture, mask] = node.inputs
  const { shape } = present(picture, 'picture')
  const [, height, width] = spatial(shape).size
  const recorder = new StepRecorder()
  recorder.add(LINE_FILL, batchOf(shape) * lineDirections.length, [
    { value: picture },
    { value: mask },
    { value: node.outputs[0] },
    channelsOf(shape),
    height,
    width,
    lineDirections.length,
    shift,
    ...lineDirections.flatMap(([right, down]) => [right + shift, down + shift]),
  ])
  return recorder.finish('lineFill-f32', 'two sweeps over a direction of a sample per chunk')
}
