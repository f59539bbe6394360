import { activationBackwardCases, activationCases, reluBackwardCases } from './activation/cases.ts'
import { adamwUpdateCases } from './adamwUpdate/cases.ts'
import { addCases } from './add/cases.ts'
import { assignCases } from './assign/cases.ts'
import { averagePoolBackwardCases, averagePoolCases } from './averagePool/cases.ts'
import {
  batchNormBackwardCases,
  batchNormCases,
  batchNormInferenceCases,
  updateRunningCases,
} from './batchNorm/cases.ts'
import { blendUpdateCases } from './blendUpdate/cases.ts'
import { concatCases } from './concat/cases.ts'
import {
  contextualAttentionBackwardCases,
  contextualAttentionCases,
} from './contextualAttention/cases.ts'
import {
  channelSumCases,
  convBackwardInputCases,
  convBackwardWeightCases,
  convCases,
} from './convolution/cases.ts'
import { divideCases } from './divide/cases.ts'
import { dropoutCases } from './dropout/cases.ts'
import { elementLossBackwardCases, elementLossCases } from './elementLoss/cases.ts'
import { gateBackwardCases, gatedConvCases } from './gatedConvolution/cases.ts'
import { gateProductBackwardCases, gateProductCases } from './gateProduct/cases.ts'
import {
  globalAveragePoolBackwardCases,
  globalAveragePoolCases,
} from './globalAveragePool/cases.ts'
import { gradientNormCases } from './gradientNorm/cases.ts'
import { groupNormBackwardCases, groupNormCases } from './groupNorm/cases.ts'
import { layerNormBackwardCases, layerNormCases } from './layerNorm/cases.ts'
import { linearBackwardInputCases, linearBackwardWeightCases, linearCases } from './linear/cases.ts'
import { lineFillCases } from './lineFill/cases.ts'
import { maskTapsCases } from './maskTaps/cases.ts'
import { maxPoolBackwardCases, maxPoolCases } from './maxPool/cases.ts'
import { multiplyCases } from './multiply/cases.ts'
import type { OpCases } from './opCase.ts'
import { padBackwardCases, padCases } from './pad/cases.ts'
import { patchFillCases } from './patchFill/cases.ts'
import { reshapeCases } from './reshape/cases.ts'
import { resizeBilinearBackwardCases, resizeBilinearCases } from './resizeBilinear/cases.ts'
import { resizeNearestBackwardCases, resizeNearestCases } from './resizeNearest/cases.ts'
import { scaleCases } from './scale/cases.ts'
import { sgdUpdateCases } from './sgdUpdate/cases.ts'
import { padZerosCases, sliceCases } from './slice/cases.ts'
import {
  softmaxCrossEntropyBackwardCases,
  softmaxCrossEntropyCases,
} from './softmaxCrossEntropy/cases.ts'
import {
  powerIterationCases,
  spectralNormBackwardCases,
  spectralNormCases,
} from './spectralNorm/cases.ts'
import { subtractCases } from './subtract/cases.ts'
import { meanCases, sumBackwardCases, sumCases } from './sum/cases.ts'
import { weightNormBackwardCases, weightNormCases } from './weightNorm/cases.ts'

/** The cases of every op, for the contract suite, the gradient checks and the benchmarks. */
export const allCases: readonly OpCases[] = [
  activationCases,
  activationBackwardCases,
  reluBackwardCases,
  adamwUpdateCases,
  addCases,
  assignCases,
  averagePoolCases,
  averagePoolBackwardCases,
  batchNormCases,
  batchNormBackwardCases,
  batchNormInferenceCases,
  updateRunningCases,
  blendUpdateCases,
  concatCases,
  contextualAttentionCases,
  contextualAttentionBackwardCases,
  convCases,
  convBackwardInputCases,
  convBackwardWeightCases,
  channelSumCases,
  divideCases,
  dropoutCases,
  elementLossCases,
  elementLossBackwardCases,
  gatedConvCases,
  gateBackwardCases,
  gateProductCases,
  gateProductBackwardCases,
  globalAveragePoolCases,
  globalAveragePoolBackwardCases,
  gradientNormCases,
  groupNormCases,
  groupNormBackwardCases,
  layerNormCases,
  layerNormBackwardCases,
  linearCases,
  linearBackwardInputCases,
  linearBackwardWeightCases,
  lineFillCases,
  patchFillCases,
  maskTapsCases,
  maxPoolCases,
  maxPoolBackwardCases,
  multiplyCases,
  padCases,
  padBackwardCases,
  reshapeCases,
  resizeBilinearCases,
  resizeBilinearBackwardCases,
  resizeNearestCases,
  resizeNearestBackwardCases,
  scaleCases,
  sgdUpdateCases,
  sliceCases,
  padZerosCases,
  softmaxCrossEntropyCases,
  softmaxCrossEntropyBackwardCases,
  powerIterationCases,
  spectralNormCases,
  spectralNormBackwardCases,
  weightNormCases,
  weightNormBackwardCases,
  subtractCases,
  sumCases,
  meanCases,
  sumBackwardCases,
]
