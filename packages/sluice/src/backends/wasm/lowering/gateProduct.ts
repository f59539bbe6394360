import type { Lowering, LoweringContext } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { Value } from '../../../engine/graph/value.ts'
import { spatial } from '../../../engine/ops/convolution/geometry.ts'
import type { GateAttributes } from '../../../engine/ops/gatedConvolution/gateBackward.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount, sameShape } from '../../../foundation/shape.ts'
import {
  ACTIVATION,
  ACTIVATION_BACKWARD,
  GATE_PRODUCT,
  GATE_PRODUCT_BACKWARD,
} from '../abi/kernelIds.ts'
import { batchOf, channelsOf, pixelsOf } from '../layout.ts'
import { type Argument, StepRecorder } from '../step.ts'
import { activationCode } from './activationCode.ts'
import { CHUNK_ELEMENTS, ceilDivide, elementChunks } from './chunks.ts'
import { type ReducedAxis, recordSum } from './reduce.ts'
import { rowParts } from './rows.ts'

/** The words of `kernels/gateProduct.ts` after its pointers, and the number of chunks. */
function productWords(
  feature: Value,
  gate: Value,
  { featureActivation, activation }: GateAttributes,
  gateCode: number,
): { readonly words: readonly number[]; readonly chunks: number } {
  const channels = channelsOf(feature.shape)
  const pixels = batchOf(feature.shape) * pixelsOf(feature.shape)
  const { size } = spatial(feature.shape)
  const [gateDepth, gateHeight, gateWidth] = spatial(gate.shape).size
  const { rows } = rowParts(pixels, channels)
  const words = [
    pixels,
    channels,
    rows,
    activationCode[featureActivation],
    gateCode,
    activation === 'relu' ? 1 : 0,
    channels / channelsOf(gate.shape),
    sameShape(feature.shape.slice(2), gate.shape.slice(2)) ? 1 : 0,
    ...size,
    pixelsOf(gate.shape),
    gateDepth === 1 ? 0 : gateHeight * gateWidth,
    gateHeight === 1 ? 0 : gateWidth,
    gateWidth === 1 ? 0 : 1,
  ]
  return { words, chunks: ceilDivide(pixels, rows) }
}

/** A gate that serves many elements goes through its activation once, before it is read. */
function openedOnce(
  recorder: StepRecorder,
  gate: Value,
  { gateActivation }: GateAttributes,
): Argument {
  if (gateActivation === 'none') return { value: gate }
  const elements = elementCount(gate.shape)
  const opened = recorder.temporary(elements * 4)
  recorder.add(ACTIVATION, elementChunks(elements), [
    elements,
    CHUNK_ELEMENTS,
    { value: gate },
    opened,
    activationCode[gateActivation],
  ])
  return opened
}

export function lowerGateProduct(node: Node<GateAttributes>): Lowering {
  const feature = present(node.inputs[0], 'feature')
  const gate = present(node.inputs[1], 'gate')
  const recorder = new StepRecorder()
  const full = sameShape(feature.shape, gate.shape)
  const opened = full ? { value: gate } : openedOnce(recorder, gate, node.attributes)
  const gateCode = full ? activationCode[node.attributes.gateActivation] : activationCode.none
  const { words, chunks } = productWords(feature, gate, node.attributes, gateCode)
  const y = { value: node.outputs[0] }
  recorder.add(GATE_PRODUCT, chunks, [{ value: feature }, opened, y, 0, 0, ...words])
  return full
    ? recorder.finish('gateProduct-f32', 'one pass over memory', [
        [0, 0],
        [0, 1],
      ])
    : recorder.finish('gateProduct-f32-shared', 'the gate opened once, then one pass', [[0, 0]])
}

/** The feature's axes in memory order; the sum runs over those along which the gate stands still. */
function sharedAxes(feature: Value, gate: Value): ReducedAxis[] {
  const gateSize = spatial(gate.shape).size
  const channels = channelsOf(gate.shape)
  return [
    { size: batchOf(feature.shape), summed: false },
    ...spatial(feature.shape).size.map((size, axis) => ({ size, summed: gateSize[axis] === 1 })),
    { size: channels, summed: false },
    { size: channelsOf(feature.shape) / channels, summed: true },
  ]
}

export function lowerGateProductBackward(
  node: Node<GateAttributes>,
  context: LoweringContext,
): Lowering {
  const feature = present(node.inputs[0], 'feature')
  const gate = present(node.inputs[1], 'gate')
  const dy = { value: node.inputs[2] }
  const featureGradient = present(node.outputs[0], 'gradient of the feature')
  const gateGradient = present(node.outputs[1], 'gradient of the gate')
  const recorder = new StepRecorder()
  const { gateActivation } = node.attributes
  if (sameShape(feature.shape, gate.shape)) {
    const code = activationCode[gateActivation]
    const { words, chunks } = productWords(feature, gate, node.attributes, code)
    const targets = [{ value: featureGradient }, { value: gateGradient }]
    const args = [{ value: feature }, { value: gate }, dy, ...targets, ...words]
    recorder.add(GATE_PRODUCT_BACKWARD, chunks, args)
    return recorder.finish('gateProductBackward-f32', 'one pass over memory', [
      [0, 2],
      [1, 1],
    ])
  }
  const opened = openedOnce(recorder, gate, node.attributes)
  const { words, chunks } = productWords(feature, gate, node.attributes, activationCode.none)
  const wanted = context.isUsed(gateGradient)
  const products = wanted ? recorder.temporary(elementCount(feature.shape) * 4) : 0
  const targets = [{ value: featureGradient }, products]
  const args = [{ value: feature }, opened, dy, ...targets, ...words]
  recorder.add(GATE_PRODUCT_BACKWARD, chunks, args)
  const inPlace = [[0, 2]] as const
  if (!wanted) {
    return recorder.finish('gateProductBackward-f32-shared', 'one pass over memory', inPlace)
  }
  const elements = elementCount(gate.shape)
  const sums =
    gateActivation === 'none' ? { value: gateGradient } : recorder.temporary(elements * 4)
  recordSum(recorder, products, sums, sharedAxes(feature, gate), 1)
  if (gateActivation !== 'none') {
    recorder.add(ACTIVATION_BACKWARD, elementChunks(elements), [
      elements,
      CHUNK_ELEMENTS,
      { value: gate },
      sums,
      { value: gateGradient },
      activationCode[gateActivation],
    ])
  }
  return recorder.finish('gateProductBackward-f32-shared', 'products, then their sums', inPlace)
}
