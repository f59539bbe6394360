import { cube, type GatedConvolution, type Linear, type Net } from './net.ts'

/** `SpatioTemporalGatedConvNet` on clips `[3, 8, 32, 32]`, ten classes. */
export const CLASSES = 10
const FRAMES = [8, 32, 32] as const
const FEATURES = 64 * 8 * 32 * 32

/** Plain SGD at a rate where one step changes every tensor far beyond float32's rounding. */
export const LEARNING_RATE = 3e-4

/** Two convolutions a layer, as the class is written in PyTorch. */
function gatedLayer(
  index: number,
  inChannels: number,
  outChannels: number,
  scale = 1,
): GatedConvolution {
  return {
    is: 'gatedConv',
    name: `gated_conv${index}`,
    feature: 'spatial_conv',
    gate: 'temporal_conv',
    inChannels,
    outChannels,
    phi: 'none',
    after: 'relu',
    merged: false,
    scale,
    ...cube(3, 3),
  }
}

/**
 * The third layer's features are a tenth and the linear weights ten times as large as the formula's,
 * because otherwise the gradient of the linear layer, which reads half a million features, would
 * allow no learning rate at which the convolutions move as well.
 */
const LAYERS: readonly (GatedConvolution | Linear)[] = [
  gatedLayer(1, 3, 16),
  gatedLayer(2, 16, 32),
  gatedLayer(3, 32, 64, 0.1),
  { is: 'linear', name: 'fc1', inFeatures: FEATURES, outFeatures: CLASSES, scale: 10 },
]

export const classifier: Net = {
  name: 'SpatioTemporalGatedConvNet',
  input: [3, ...FRAMES],
  layers: LAYERS,
}

/** Each layer as a network of its own. */
export const classifierLayers: readonly Net[] = LAYERS.map((layer) => ({
  name: layer.name,
  input: layer.is === 'linear' ? [64, ...FRAMES] : [layer.inChannels, ...FRAMES],
  layers: [layer],
}))
