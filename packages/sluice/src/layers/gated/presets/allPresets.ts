/** The layers of the papers, by the names under which they are known. */
export { aotBlock } from './aotBlock.ts'
export { conformer } from './conformer.ts'
export { gatedPixelCnn } from './gatedPixelCnn.ts'
export { gateShift } from './gateShift.ts'
export { gnConv } from './gnConv.ts'
export { highway } from './highway.ts'
export {
  deepfill,
  extraNet,
  freeFormVideo,
  lightweight,
  onionPeel,
  vinet,
} from './inpainting.ts'
export { bilinear, convS2S, geglu, glu, gtu, reglu, swiglu } from './linearUnits.ts'
export { mambaOut } from './mambaOut.ts'
export { partialConv } from './partialConv.ts'
export { pixelCnnPlusPlus } from './pixelCnnPlusPlus.ts'
export { s3dg } from './selfGating.ts'
export { shiftedGate, temporalShift } from './temporalShift.ts'
export { graphWaveNet, stgcn } from './traffic.ts'
export { wavenet } from './waveNet.ts'
