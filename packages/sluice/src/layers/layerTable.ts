import { readActivation } from './activation.ts'
import { readBatchNorm } from './batchNorm.ts'
import { readBranches } from './branches.ts'
import { readConv } from './conv.ts'
import type { ModuleTable } from './description/readModule.ts'
import { readDropout } from './dropout.ts'
import { flatten } from './flatten.ts'
import { readGated } from './gated/gated.ts'
import { readGatedConv } from './gated/gatedConv.ts'
import { readAotBlock } from './gated/presets/aotBlock.ts'
import { readGatedPixelCnn } from './gated/presets/gatedPixelCnn.ts'
import { readGateShift } from './gated/presets/gateShift.ts'
import { readGnConv } from './gated/presets/gnConv.ts'
import { readHighway } from './gated/presets/highway.ts'
import { readMambaOut } from './gated/presets/mambaOut.ts'
import { readPartialConv } from './gated/presets/partialConv.ts'
import { readPixelCnnPlusPlus } from './gated/presets/pixelCnnPlusPlus.ts'
import { temporalShift } from './gated/presets/temporalShift.ts'
import { readGraphWaveNet } from './gated/presets/traffic.ts'
import { readWaveNet } from './gated/presets/waveNet.ts'
import { globalAveragePool, globalMaxPool } from './globalPool.ts'
import { readGroupNorm, readInstanceNorm } from './groupNorm.ts'
import { readGuessedFill } from './guessedFill.ts'
import { readLayerNorm } from './layerNorm.ts'
import { readLinear } from './linear.ts'
import { readMean } from './mean.ts'
import { readPad } from './pad.ts'
import { readAveragePool, readMaxPool } from './pool.ts'
import { readResidual } from './residual.ts'
import { readResize } from './resize.ts'
import { readScale } from './scale.ts'
import { readSequential } from './sequential.ts'
import { readSlice } from './slice.ts'

/** Every layer that a description may ask for. */
export const layerTable: ModuleTable = {
  conv1d: readConv(1),
  conv2d: readConv(2),
  conv3d: readConv(3),
  gatedConv1d: readGatedConv(1),
  gatedConv2d: readGatedConv(2),
  gatedConv3d: readGatedConv(3),
  gated: readGated,
  wavenet: readWaveNet,
  graphWaveNet: readGraphWaveNet,
  gatedPixelCnn: readGatedPixelCnn,
  pixelCnnPlusPlus: readPixelCnnPlusPlus,
  aotBlock: readAotBlock,
  gateShift: readGateShift,
  temporalShift: () => temporalShift(),
  highway: readHighway,
  gnConv: readGnConv,
  mambaOut: readMambaOut,
  partialConv: readPartialConv,
  linear: readLinear,
  activation: readActivation,
  maxPool1d: readMaxPool(1),
  maxPool2d: readMaxPool(2),
  maxPool3d: readMaxPool(3),
  averagePool1d: readAveragePool(1),
  averagePool2d: readAveragePool(2),
  averagePool3d: readAveragePool(3),
  globalAveragePool: () => globalAveragePool(),
  globalMaxPool: () => globalMaxPool(),
  batchNorm: readBatchNorm,
  groupNorm: readGroupNorm,
  instanceNorm: readInstanceNorm,
  layerNorm: readLayerNorm,
  dropout: readDropout,
  flatten: () => flatten(),
  pad: readPad,
  resize: readResize,
  slice: readSlice,
  mean: readMean,
  scale: readScale,
  sequential: readSequential,
  residual: readResidual,
  branches: readBranches,
  guessedFill: readGuessedFill,
}
