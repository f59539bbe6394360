import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { AdamwUpdateAttributes } from '../../../engine/ops/adamwUpdate/adamwUpdate.ts'
import type { GradientNormAttributes } from '../../../engine/ops/gradientNorm/gradientNorm.ts'
import type { SgdUpdateAttributes } from '../../../engine/ops/sgdUpdate/sgdUpdate.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import {
  ADAMW_UPDATE,
  BLEND_UPDATE,
  NORM_SCALE,
  SGD_UPDATE,
  SUM_SQUARES,
} from '../abi/kernelIds.ts'
import { type NodeEnds, StepRecorder } from '../step.ts'
import { CHUNK_ELEMENTS, elementChunks } from './chunks.ts'

export function lowerGradientNorm(node: Node<GradientNormAttributes>): Lowering {
  const recorder = new StepRecorder()
  const counts = node.inputs.map((gradient) => elementCount(gradient.shape))
  const parts = counts.reduce((sum, count) => sum + elementChunks(count), 0)
  const partials = recorder.temporary(parts * 8)
  let first = 0
  node.inputs.forEach((gradient, index) => {
    const count = present(counts[index], 'count')
    recorder.add(SUM_SQUARES, elementChunks(count), [
      { value: gradient },
      { ...partials, offset: first * 8 },
      count,
      CHUNK_ELEMENTS,
    ])
    first += elementChunks(count)
  })
  const [norm, scale] = node.outputs
  const limit = { float: node.attributes.maxNorm }
  recorder.add(NORM_SCALE, 1, [partials, parts, { value: norm }, { value: scale }, limit])
  return recorder.finish('gradientNorm-f32', `${parts} partial sums, added in order`)
}

export function lowerSgdUpdate(node: Node<SgdUpdateAttributes>): Lowering {
  const { momentum, weightDecay, nesterov, scaled } = node.attributes
  const [parameter, gradient, learningRate] = node.inputs
  const scale = scaled ? node.inputs[3] : undefined
  const buffer = momentum === 0 ? undefined : node.inputs[scaled ? 4 : 3]
  const elements = elementCount(present(parameter, 'parameter').shape)
  const recorder = new StepRecorder()
  recorder.add(SGD_UPDATE, elementChunks(elements), [
    elements,
    CHUNK_ELEMENTS,
    { value: parameter },
    { value: gradient },
    { value: learningRate },
    { value: scale },
    { value: buffer },
    { float: momentum },
    { float: weightDecay },
    nesterov ? 1 : 0,
  ])
  return recorder.finish('sgdUpdate-f32', 'one pass over memory')
}

export function lowerAdamwUpdate(node: Node<AdamwUpdateAttributes>): Lowering {
  const { beta1, beta2, epsilon, weightDecay, coupledDecay, scaled } = node.attributes
  const [parameter, gradient, learningRate, step] = node.inputs
  const scale = scaled ? node.inputs[4] : undefined
  const [first, second] = node.inputs.slice(scaled ? 5 : 4)
  const elements = elementCount(present(parameter, 'parameter').shape)
  const recorder = new StepRecorder()
  recorder.add(ADAMW_UPDATE, elementChunks(elements), [
    elements,
    CHUNK_ELEMENTS,
    { value: parameter },
    { value: gradient },
    { value: learningRate },
    { value: step },
    { value: scale },
    { value: first },
    { value: second },
    { double: beta1 },
    { double: beta2 },
    { float: epsilon },
    { float: weightDecay },
    coupledDecay === true ? 1 : 0,
  ])
  return recorder.finish('adamwUpdate-f32', 'one pass over memory')
}

export function lowerBlendUpdate(node: NodeEnds): Lowering {
  const elements = elementCount(present(node.inputs[0], 'state').shape)
  const recorder = new StepRecorder()
  const args = node.inputs.map((value) => ({ value }))
  recorder.add(BLEND_UPDATE, elementChunks(elements), [elements, CHUNK_ELEMENTS, ...args])
  return recorder.finish('blendUpdate-f32', 'one pass over memory')
}
