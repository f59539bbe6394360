import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import { centreTap, type MaskTapsAttributes } from '../../../engine/ops/maskTaps/maskTaps.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import { MASK_TAPS } from '../abi/kernelIds.ts'
import { StepRecorder } from '../step.ts'
import { CHUNK_ELEMENTS, ceilDivide } from './chunks.ts'

export function lowerMaskTaps(node: Node<MaskTapsAttributes>): Lowering {
  const { shape } = present(node.inputs[0], 'weight')
  const { type, colours } = node.attributes
  const [outputs = 1, inputs = 1] = shape
  const taps = elementCount(shape.slice(2))
  const perChunk = Math.max(1, Math.floor(CHUNK_ELEMENTS / taps))
  const recorder = new StepRecorder()
  recorder.add(MASK_TAPS, ceilDivide(outputs * inputs, perChunk), [
    { value: node.inputs[0] },
    { value: node.outputs[0] },
    outputs * inputs,
    perChunk,
    taps,
    centreTap(shape),
    inputs,
    inputs / colours,
    outputs / colours,
    type === 'B' ? 1 : 0,
  ])
  return recorder.finish('maskTaps-f32', 'one pass over memory', [[0, 0]])
}
