export { reference } from '../backends/reference/referenceDevice.ts'
export type { Device } from '../engine/device/device.ts'
export type { Graph } from '../engine/graph/graph.ts'
export { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
export type { Module, ModuleDescription } from '../engine/graph/module.ts'
export { printGraph } from '../engine/graph/printGraph.ts'
export type { ActivationKind } from '../engine/ops/activation/activationKinds.ts'
export { planGraph } from '../engine/planning/planGraph.ts'
export { printPlan } from '../engine/planning/printPlan.ts'
export {
  type CompileGraphOptions,
  compile,
  compileGraph,
  readWeights,
  writeWeights,
} from '../engine/runtime/compile.ts'
export type {
  Profile,
  ProfiledCall,
  ProfiledStep,
  ProfileOptions,
} from '../engine/runtime/profile.ts'
export { Session, type SessionInput } from '../engine/runtime/session.ts'
export { type ErrorCode, SluiceError } from '../foundation/errors.ts'
export {
  type Float32Tensor,
  type HostTensor,
  type NamedTensors,
  tensor,
  toFloat16,
  toFloat32,
} from '../foundation/hostTensor.ts'
export { Random } from '../foundation/random.ts'
export type { Shape } from '../foundation/shape.ts'
export { type ChromeTrace, chromeTrace, type TraceEvent } from '../inspection/chromeTrace.ts'
export { type GateMap, type GateMapOptions, gateMaps } from '../inspection/gateMaps.ts'
export { type GateStatistics, gateStatistics, saturation } from '../inspection/gateStatistics.ts'
export { type GradCam, type GradCamOptions, gradCam } from '../inspection/gradCam.ts'
export { stretchMap } from '../inspection/stretchMap.ts'
export {
  type ModelFile,
  modelFileVersion,
  readModelFile,
  type TrainingRecord,
  writeModelFile,
} from '../interchange/modelFile.ts'
export {
  type Recognised,
  type RecogniseHints,
  recogniseStateDict,
} from '../interchange/recognise.ts'
export {
  activation,
  elu,
  gelu,
  hardSigmoid,
  leakyRelu,
  relu,
  sigmoid,
  silu,
  tanh,
} from '../layers/activation.ts'
export { type BatchNormOptions, batchNorm } from '../layers/batchNorm.ts'
export { branches } from '../layers/branches.ts'
export { conv1d, conv2d, conv3d } from '../layers/conv.ts'
export type { ConvolutionOptions } from '../layers/convolutionOptions.ts'
export { dropout } from '../layers/dropout.ts'
export { flatten } from '../layers/flatten.ts'
export { type GatedOptions, gated } from '../layers/gated/gated.ts'
export { gatedConv1d, gatedConv2d, gatedConv3d } from '../layers/gated/gatedConv.ts'
export type {
  FeatureKind,
  GateAnchor,
  GatedConvolutionOptions,
  GateKind,
  GateOrder,
  GateWeights,
} from '../layers/gated/gateOptions.ts'
export * as gatedPresets from '../layers/gated/presets/allPresets.ts'
export { gatedPapers, type Paper } from '../layers/gated/presets/papers.ts'
export { globalAveragePool, globalMaxPool } from '../layers/globalPool.ts'
export { type GroupNormOptions, groupNorm, instanceNorm } from '../layers/groupNorm.ts'
export { guessChannels, guessedFill } from '../layers/guessedFill.ts'
export { type LayerNormOptions, layerNorm } from '../layers/layerNorm.ts'
export { type LinearOptions, linear } from '../layers/linear.ts'
export { type MeanOptions, mean } from '../layers/mean.ts'
export { type PadMode, type PadOptions, pad, type Sides } from '../layers/pad.ts'
export type { PaddingMode } from '../layers/paddingMode.ts'
export {
  type AveragePoolOptions,
  averagePool1d,
  averagePool2d,
  averagePool3d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from '../layers/pool.ts'
export { residual } from '../layers/residual.ts'
export { type ResizeMode, type ResizeOptions, resize, upsample } from '../layers/resize.ts'
export { scale } from '../layers/scale.ts'
export { sequential } from '../layers/sequential.ts'
export { type SliceOptions, slice } from '../layers/slice.ts'
export type { MaskOptions, TapMask } from '../layers/tapMask.ts'
export type { WeightParametrisation } from '../layers/weightParametrisation.ts'
export type { Padding, Size } from '../layers/window.ts'
export {
  type ClipClassifierOptions,
  type ClipClassifierPreset,
  clipClassifier,
} from '../models/clipClassifier.ts'
export type {
  DeepFillDownsampling,
  DeepFillOptions,
  DeepFillPadding,
} from '../models/deepFill/deepFillOptions.ts'
export { type DeepFill, type DeepFillStages, deepFillV2 } from '../models/deepFill/deepFillV2.ts'
export { type GatedFillOptions, gatedFill } from '../models/gatedFill.ts'
export {
  type Inpainter,
  type InpainterOptions,
  inpainter,
  isInpainter,
} from '../models/inpainter.ts'
export { moduleFromDescription } from '../models/moduleFromDescription.ts'
export { type ReceptiveField, receptiveField } from '../models/receptiveField.ts'
export {
  type SnPatchDiscriminatorOptions,
  snPatchDiscriminator,
} from '../models/snPatchDiscriminator.ts'
export { spatioTemporalGatedConv } from '../models/spatioTemporalGatedConv.ts'
export {
  type SpatioTemporalGatedConvNetOptions,
  spatioTemporalGatedConvNet,
} from '../models/spatioTemporalGatedConvNet.ts'
export { type LayerSummary, type ModelSummary, summary } from '../models/summary.ts'
