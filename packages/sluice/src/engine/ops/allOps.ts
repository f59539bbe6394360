/** Every op of the engine, for suites, tables and readers of graphs. */
export { activation, activationBackward } from './activation/activation.ts'
export { reluBackward } from './activation/reluBackward.ts'
export { adamwUpdate } from './adamwUpdate/adamwUpdate.ts'
export { add } from './add/add.ts'
export { averagePool, averagePoolBackward } from './averagePool/averagePool.ts'
export { batchNorm } from './batchNorm/batchNorm.ts'
export { batchNormBackward } from './batchNorm/batchNormBackward.ts'
export { batchNormInference } from './batchNorm/batchNormInference.ts'
export { updateRunning } from './batchNorm/updateRunning.ts'
export { concat } from './concat/concat.ts'
export { channelSum } from './convolution/channelSum.ts'
export { conv } from './convolution/conv.ts'
export { convBackwardInput } from './convolution/convBackwardInput.ts'
export { convBackwardWeight } from './convolution/convBackwardWeight.ts'
export { dropout } from './dropout/dropout.ts'
export { gateBackward } from './gatedConvolution/gateBackward.ts'
export { gatedConv } from './gatedConvolution/gatedConv.ts'
export { gateProduct } from './gateProduct/gateProduct.ts'
export { gateProductBackward } from './gateProduct/gateProductBackward.ts'
export {
  globalAveragePool,
  globalAveragePoolBackward,
} from './globalAveragePool/globalAveragePool.ts'
export { gradientNorm } from './gradientNorm/gradientNorm.ts'
export { linear } from './linear/linear.ts'
export { linearBackwardInput, linearBackwardWeight } from './linear/linearBackward.ts'
export { maxPool, maxPoolBackward } from './maxPool/maxPool.ts'
export { multiply } from './multiply/multiply.ts'
export { reshape } from './reshape/reshape.ts'
export { sgdUpdate } from './sgdUpdate/sgdUpdate.ts'
export { padZeros, slice } from './slice/slice.ts'
export {
  softmaxCrossEntropy,
  softmaxCrossEntropyBackward,
} from './softmaxCrossEntropy/softmaxCrossEntropy.ts'
