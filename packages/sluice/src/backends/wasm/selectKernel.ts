import type { Lowering } from '../../engine/device/device.ts'
import type { Node } from '../../engine/graph/graph.ts'
import type { Attributes, OpDefinition } from '../../engine/graph/opDefinition.ts'
import type { Value } from '../../engine/graph/value.ts'
import * as ops from '../../engine/ops/allOps.ts'
import { SluiceError } from '../../foundation/errors.ts'
import { lowerContextualAttention } from './lowering/attention.ts'
import { lowerContextualAttentionBackward } from './lowering/attentionBackward.ts'
import { lowerConvBackwardInput, lowerConvBackwardWeight } from './lowering/convBackward.ts'
import { lowerConv, lowerGatedConv } from './lowering/convForward.ts'
import {
  isDepthwise,
  lowerDepthwiseBackwardInput,
  lowerDepthwiseConv,
  lowerDepthwiseGatedConv,
} from './lowering/depthwise.ts'
import { lowerDepthwiseBackwardWeight } from './lowering/depthwiseWeight.ts'
import {
  lowerActivation,
  lowerActivationBackward,
  lowerAdd,
  lowerDivide,
  lowerDropout,
  lowerGateBackward,
  lowerMultiply,
  lowerReluBackward,
  lowerScale,
  lowerSubtract,
} from './lowering/elementwise.ts'
import { lowerGateProduct, lowerGateProductBackward } from './lowering/gateProduct.ts'
import {
  lowerGroupNorm,
  lowerGroupNormBackward,
  lowerLayerNorm,
  lowerLayerNormBackward,
} from './lowering/groupNorm.ts'
import {
  lowerLinear,
  lowerLinearBackwardInput,
  lowerLinearBackwardWeight,
} from './lowering/linear.ts'
import { lowerLineFill } from './lowering/lineFill.ts'
import {
  lowerElementLoss,
  lowerElementLossBackward,
  lowerSoftmaxCrossEntropy,
  lowerSoftmaxCrossEntropyBackward,
} from './lowering/loss.ts'
import { lowerMaskTaps } from './lowering/maskTaps.ts'
import { lowerConcat, lowerPadZeros, lowerReshape, lowerSlice } from './lowering/movement.ts'
import {
  lowerBatchNorm,
  lowerBatchNormBackward,
  lowerBatchNormInference,
  lowerChannelSum,
  lowerUpdateRunning,
} from './lowering/norm.ts'
import { lowerPatchFill } from './lowering/patchFill.ts'
import {
  lowerAveragePool,
  lowerAveragePoolBackward,
  lowerGlobalAveragePool,
  lowerGlobalAveragePoolBackward,
  lowerMaxPool,
  lowerMaxPoolBackward,
} from './lowering/pool.ts'
import {
  lowerPad,
  lowerPadBackward,
  lowerResizeBilinear,
  lowerResizeBilinearBackward,
  lowerResizeNearest,
  lowerResizeNearestBackward,
} from './lowering/resample.ts'
import { lowerMean, lowerSum, lowerSumBackward } from './lowering/sum.ts'
import {
  lowerAdamwUpdate,
  lowerBlendUpdate,
  lowerGradientNorm,
  lowerSgdUpdate,
} from './lowering/update.ts'
import {
  lowerAssign,
  lowerPowerIteration,
  lowerSpectralNorm,
  lowerSpectralNormBackward,
  lowerWeightNorm,
  lowerWeightNormBackward,
} from './lowering/weightNorm.ts'
import type { WasmLoweringContext } from './step.ts'

type Lower = (node: Node, context: WasmLoweringContext) => Lowering

/** One row: nodes of this op for which `when` holds are lowered so. The first row that fits wins. */
interface Row {
  readonly op: OpDefinition
  readonly when: (node: Node) => boolean
  readonly lower: Lower
}

function row<A extends object>(
  op: OpDefinition<A>,
  lower: (node: Node<A>, context: WasmLoweringContext) => Lowering,
  when: (node: Node<A>) => boolean = () => true,
): Row {
  // Rows of many attribute types stand in one table; each is only ever asked about its own op.
  return { op, lower, when } as unknown as Row
}

/** What convolutions of all kinds have. */
interface Convolution {
  readonly inputs: readonly Value[]
  readonly attributes: { readonly groups: number }
}

/** Whether the input at this place is the weight of a depthwise convolution. */
function hasDepthwiseWeight(index: number) {
  return ({ inputs, attributes }: Convolution): boolean =>
    isDepthwise(inputs[index]?.shape ?? [], attributes.groups)
}

/**
 * THE table of kernels. It is keyed on the op and the problem's shape, never on timing or on the
 * number of threads, so that the same program gives the same bits everywhere it is cut.
 */
const rows: readonly Row[] = [
  row(ops.gatedConv, lowerDepthwiseGatedConv, hasDepthwiseWeight(1)),
  row(ops.gatedConv, lowerGatedConv),
  row(ops.conv, lowerDepthwiseConv, hasDepthwiseWeight(1)),
  row(ops.conv, lowerConv),
  row(ops.convBackwardInput, lowerDepthwiseBackwardInput, hasDepthwiseWeight(0)),
  row(ops.convBackwardInput, lowerConvBackwardInput),
  row(ops.convBackwardWeight, lowerDepthwiseBackwardWeight, ({ attributes }) =>
    isDepthwise(attributes.weightShape, attributes.groups),
  ),
  row(ops.convBackwardWeight, lowerConvBackwardWeight),
  row(ops.gateBackward, lowerGateBackward),
  row(ops.gateProduct, lowerGateProduct),
  row(ops.gateProductBackward, lowerGateProductBackward),
  row(ops.channelSum, lowerChannelSum),
  row(ops.linear, lowerLinear),
  row(ops.linearBackwardInput, lowerLinearBackwardInput),
  row(ops.linearBackwardWeight, lowerLinearBackwardWeight),
  row(ops.activation, lowerActivation),
  row(ops.activationBackward, lowerActivationBackward),
  row(ops.reluBackward, lowerReluBackward),
  row(ops.add, lowerAdd),
  row(ops.subtract, lowerSubtract),
  row(ops.multiply, lowerMultiply),
  row(ops.divide, lowerDivide),
  row(ops.scale, lowerScale),
  row(ops.contextualAttention, lowerContextualAttention),
  row(ops.contextualAttentionBackward, lowerContextualAttentionBackward),
  row(ops.sum, lowerSum),
  row(ops.mean, lowerMean),
  row(ops.sumBackward, lowerSumBackward),
  row(ops.pad, lowerPad),
  row(ops.padBackward, lowerPadBackward),
  row(ops.resizeNearest, lowerResizeNearest),
  row(ops.resizeNearestBackward, lowerResizeNearestBackward),
  row(ops.resizeBilinear, lowerResizeBilinear),
  row(ops.resizeBilinearBackward, lowerResizeBilinearBackward),
  row(ops.maskTaps, lowerMaskTaps),
  row(ops.lineFill, lowerLineFill),
  row(ops.patchFill, lowerPatchFill),
  row(ops.dropout, lowerDropout),
  row(ops.maxPool, lowerMaxPool),
  row(ops.maxPoolBackward, lowerMaxPoolBackward),
  row(ops.averagePool, lowerAveragePool),
  row(ops.averagePoolBackward, lowerAveragePoolBackward),
  row(ops.globalAveragePool, lowerGlobalAveragePool),
  row(ops.globalAveragePoolBackward, lowerGlobalAveragePoolBackward),
  row(ops.batchNorm, lowerBatchNorm),
  row(ops.batchNormBackward, lowerBatchNormBackward),
  row(ops.batchNormInference, lowerBatchNormInference),
  row(ops.updateRunning, lowerUpdateRunning),
  row(ops.groupNorm, lowerGroupNorm),
  row(ops.groupNormBackward, lowerGroupNormBackward),
  row(ops.layerNorm, lowerLayerNorm),
  row(ops.layerNormBackward, lowerLayerNormBackward),
  row(ops.weightNorm, lowerWeightNorm),
  row(ops.weightNormBackward, lowerWeightNormBackward),
  row(ops.powerIteration, lowerPowerIteration),
  row(ops.spectralNorm, lowerSpectralNorm),
  row(ops.spectralNormBackward, lowerSpectralNormBackward),
  row(ops.assign, lowerAssign),
  row(ops.concat, lowerConcat),
  row(ops.slice, lowerSlice),
  row(ops.padZeros, lowerPadZeros),
  row(ops.reshape, lowerReshape),
  row(ops.softmaxCrossEntropy, lowerSoftmaxCrossEntropy),
  row(ops.softmaxCrossEntropyBackward, lowerSoftmaxCrossEntropyBackward),
  row(ops.elementLoss, lowerElementLoss),
  row(ops.elementLossBackward, lowerElementLossBackward),
  row(ops.gradientNorm, lowerGradientNorm),
  row(ops.sgdUpdate, lowerSgdUpdate),
  row(ops.adamwUpdate, lowerAdamwUpdate),
  row(ops.blendUpdate, lowerBlendUpdate),
]

const rowsByOp = new Map<OpDefinition<Attributes>, Row[]>()
for (const entry of rows) {
  rowsByOp.set(entry.op, [...(rowsByOp.get(entry.op) ?? []), entry])
}

/** Chooses the kernels of a node. */
export function selectKernel(node: Node, context: WasmLoweringContext): Lowering {
  const chosen = rowsByOp.get(node.op)?.find((entry) => entry.when(node))
  if (chosen === undefined) {
    throw new SluiceError('unsupported', `the WASM device has no kernel for "${node.op.name}"`, {
      where: node.path,
    })
  }
  return chosen.lower(node, context)
}
