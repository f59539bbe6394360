import {
  type Module,
  gatedPresets as presets,
} from '../../packages/sluice/src/entrypoints/index.ts'

/** The list of fixtures/gated/presets.py, made of the library's presets. */
export const gatedPresets: ReadonlyMap<string, Module> = new Map([
  ['glu', presets.glu(4, 3)],
  ['glu unnormalised', presets.glu(4, 3, { parametrisation: 'none' })],
  ['convS2S', presets.convS2S(4, 3)],
  ['gtu', presets.gtu(4, 3)],
  ['bilinear', presets.bilinear(4, 3)],
  ['reglu', presets.reglu(4, 3)],
  ['geglu', presets.geglu(4, 3)],
  ['swiglu', presets.swiglu(4, 3)],
  ['wavenet', wavenet([1, 2, 4], 0)],
  ['wavenet conditioned', wavenet([1, 2], 3)],
  ['gatedPixelCnn', presets.gatedPixelCnn(2, 3, { channels: 4, kernelSizes: [5, 3, 3] })],
  ...(['none', 'down', 'downRight'] as const).map(
    (shift) => [`pixelCnnPlusPlus ${shift}`, presets.pixelCnnPlusPlus(4, { shift })] as const,
  ),
  ...[4, 2, 6].map((to) => [`stgcn 4 to ${to}`, presets.stgcn(4, to)] as const),
  ['stgcn gtu', presets.stgcn(4, 4, { unit: 'gtu' })],
  ['graphWaveNet', presets.graphWaveNet(4, { dilation: 2 })],
  ['deepfill', presets.deepfill(4, 3)],
  ['deepfill strided', presets.deepfill(4, 3, { kernelSize: 5, stride: 2 })],
  ['deepfill dilated', presets.deepfill(4, 3, { dilation: 4 })],
  ['lightweight single', presets.lightweight(4, 6)],
  ['lightweight single strided', presets.lightweight(4, 6, { stride: 2 })],
  ...(['pointwise', 'depthSeparable'] as const).flatMap((gate) => [
    [`lightweight ${gate}`, presets.lightweight(4, 6, { gate })] as const,
    [`lightweight ${gate} strided`, presets.lightweight(4, 6, { gate, stride: 2 })] as const,
  ]),
  ['extraNet', presets.extraNet(4, 5)],
  ['freeFormVideo', presets.freeFormVideo(4, 3, { stride: [1, 2, 2] })],
  ['freeFormVideo dilated', presets.freeFormVideo(4, 3, { dilation: [1, 2, 2] })],
  ['vinet', presets.vinet(4, 3)],
  ['onionPeel', presets.onionPeel(4, 3, { stride: 2 })],
  ['aotBlock', presets.aotBlock(8)],
  ['aotBlock of two rates', presets.aotBlock(4, { rates: [1, 3] })],
  ['s3dg', presets.s3dg(4)],
  ['gateShift', presets.gateShift(8)],
  ['shiftedGate', presets.shiftedGate(4, 3)],
  ['highway', presets.highway(4)],
  ['gnConv', presets.gnConv(8)],
  ['mambaOut', presets.mambaOut(6, { convChannels: 4 })],
  ['conformer', presets.conformer(4, { kernelSize: 5 })],
  ['partialConv', presets.partialConv(3, 4, { stride: 2 })],
])

function wavenet(dilations: readonly number[], conditionChannels: number): Module {
  const widths = { residualChannels: 4, gateChannels: 3, skipChannels: 6 }
  return presets.wavenet(2, 5, { ...widths, dilations, conditionChannels })
}
