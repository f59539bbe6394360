import type { Lowering, LoweringContext } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { PowerIterationAttributes } from '../../../engine/ops/spectralNorm/powerIteration.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import {
  COPY_BLOCKS,
  SPECTRAL_BACKWARD,
  SPECTRAL_COLUMNS,
  SPECTRAL_ROWS,
  SPECTRAL_SCALE,
  SPECTRAL_UNIT,
  WEIGHT_NORM,
  WEIGHT_NORM_BACKWARD,
} from '../abi/kernelIds.ts'
import { type NodeEnds, StepRecorder } from '../step.ts'
import { ceilDivide } from './chunks.ts'

/** The first input as a matrix of outputs by everything else. */
function matrixOf({ inputs }: NodeEnds): { readonly outputs: number; readonly columns: number } {
  const { shape } = present(inputs[0], 'weight')
  const outputs = shape[0] ?? 1
  return { outputs, columns: elementCount(shape) / outputs }
}

export function lowerWeightNorm(node: NodeEnds): Lowering {
  const [v, g] = node.inputs
  const { outputs, columns } = matrixOf(node)
  const recorder = new StepRecorder()
  recorder.add(WEIGHT_NORM, outputs, [
    { value: v },
    { value: g },
    { value: node.outputs[0] },
    columns,
  ])
  return recorder.finish('weightNorm-f32', 'one pass over each output')
}

export function lowerWeightNormBackward(node: NodeEnds): Lowering {
  const [v, g, dw] = node.inputs
  const [dv, dg] = node.outputs
  const { outputs, columns } = matrixOf(node)
  const recorder = new StepRecorder()
  recorder.add(WEIGHT_NORM_BACKWARD, outputs, [
    { value: v },
    { value: g },
    { value: dw },
    { value: dv },
    { value: dg },
    columns,
  ])
  return recorder.finish('weightNormBackward-f32', 'one pass over each output', [[0, 2]])
}

export function lowerPowerIteration(
  node: Node<PowerIterationAttributes>,
  context: LoweringContext,
): Lowering {
  const [weight, u] = node.inputs
  const [newU, newV] = node.outputs
  const { outputs, columns } = matrixOf(node)
  const recorder = new StepRecorder()
  const epsilon = { double: node.attributes.epsilon }
  const rightSums = recorder.temporary(columns * 8)
  const leftSums = recorder.temporary(outputs * 8)
  // The left vector is made of the right one, whoever else reads that.
  const right =
    newV !== undefined && context.isUsed(newV) ? { value: newV } : recorder.temporary(columns * 4)
  const perChunk = 256
  recorder.add(SPECTRAL_COLUMNS, ceilDivide(columns, perChunk), [
    { value: weight },
    { value: u },
    rightSums,
    outputs,
    columns,
    perChunk,
  ])
  recorder.add(SPECTRAL_UNIT, 1, [rightSums, right, columns, epsilon])
  if (newU !== undefined && context.isUsed(newU)) {
    recorder.add(SPECTRAL_ROWS, outputs, [{ value: weight }, right, leftSums, columns, 0])
    recorder.add(SPECTRAL_UNIT, 1, [leftSums, { value: newU }, outputs, epsilon])
  }
  return recorder.finish('powerIteration-f32', 'two products of matrix and vector')
}

export function lowerSpectralNorm(node: NodeEnds): Lowering {
  const [weight, u, v] = node.inputs
  const [w, sigma] = node.outputs
  const { outputs, columns } = matrixOf(node)
  const recorder = new StepRecorder()
  const products = recorder.temporary(outputs * 8)
  recorder.add(SPECTRAL_ROWS, outputs, [{ value: weight }, { value: v }, products, columns, 0])
  recorder.add(SPECTRAL_SCALE, outputs, [
    { value: weight },
    { value: u },
    products,
    { value: w },
    { value: sigma },
    outputs,
    columns,
  ])
  return recorder.finish('spectralNorm-f32', 'a product of matrix and vector, then one pass')
}

export function lowerSpectralNormBackward(node: NodeEnds): Lowering {
  const [w, u, v, sigma, dw] = node.inputs
  const { outputs, columns } = matrixOf(node)
  const recorder = new StepRecorder()
  const sums = recorder.temporary(outputs * 8)
  recorder.add(SPECTRAL_ROWS, outputs, [{ value: w }, { value: dw }, sums, columns, columns])
  recorder.add(SPECTRAL_BACKWARD, outputs, [
    { value: dw },
    { value: u },
    { value: v },
    { value: sigma },
    sums,
    { value: node.outputs[0] },
    outputs,
    columns,
  ])
  return recorder.finish('spectralNormBackward-f32', 'sums by outputs, added in order', [[0, 4]])
}

export function lowerAssign(node: NodeEnds): Lowering {
  const [variable, value] = node.inputs
  const elements = elementCount(present(variable, 'variable').shape)
  const recorder = new StepRecorder()
  recorder.add(COPY_BLOCKS, 1, [{ value }, { value: variable }, 1, elements, 0, 0, 1])
  return recorder.finish('assign-f32', 'one copy')
}
