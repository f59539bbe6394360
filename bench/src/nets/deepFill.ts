import { type Convolution, cube, type GatedConvolution, type Net } from './net.ts'

/** One of DeepFill v2's convolutions. */
interface Row {
  readonly inChannels: number
  /** Channels after the gate, or of the plain convolution. */
  readonly outChannels: number
  readonly kernel?: number
  /** How often the layer's input has been halved. */
  readonly scale: 0 | 1 | 2
  readonly stride?: number
  readonly dilation?: number
  readonly phi?: 'elu' | 'relu' | 'none'
}

const wide = (dilation = 1): Row => ({ inChannels: 96, outChannels: 96, scale: 2, dilation })

/** From 1/4 of the size back to all of it; a convolution follows its upsampling, which is not in it. */
const UP: readonly Row[] = [
  { inChannels: 96, outChannels: 48, scale: 1 },
  { inChannels: 48, outChannels: 48, scale: 1 },
  { inChannels: 48, outChannels: 24, scale: 0 },
  { inChannels: 24, outChannels: 12, scale: 0 },
  { inChannels: 12, outChannels: 3, scale: 0, phi: 'none' },
]

const DILATED = [2, 4, 8, 16].map(wide)

/** The first three of both branches of the second stage. */
const REFINING: readonly Row[] = [
  { inChannels: 3, outChannels: 24, kernel: 5, scale: 0 },
  { inChannels: 24, outChannels: 24, scale: 0, stride: 2 },
  { inChannels: 24, outChannels: 48, scale: 1 },
]

/**
 * The 42 convolutions of the generator (Yu et al., "Free-Form Image Inpainting with Gated
 * Convolution", ICCV 2019, arXiv 1806.03589; shapes as in the authors' inpaint_model.py), in order.
 */
export const DEEPFILL_LAYERS: readonly Row[] = [
  // Stage 1: picture, ones and mask in.
  { inChannels: 5, outChannels: 24, kernel: 5, scale: 0 },
  { inChannels: 24, outChannels: 48, scale: 0, stride: 2 },
  { inChannels: 48, outChannels: 48, scale: 1 },
  { inChannels: 48, outChannels: 96, scale: 1, stride: 2 },
  ...[wide(), wide(), ...DILATED, wide(), wide()],
  ...UP,
  // Stage 2, the branch that hallucinates.
  ...REFINING,
  { inChannels: 48, outChannels: 48, scale: 1, stride: 2 },
  { inChannels: 48, outChannels: 96, scale: 2 },
  ...[wide(), ...DILATED],
  // Stage 2, the branch that attends.
  ...REFINING,
  { inChannels: 48, outChannels: 96, scale: 1, stride: 2 },
  wide(),
  { ...wide(), phi: 'relu' },
  ...[wide(), wide()],
  // Both together.
  { inChannels: 192, outChannels: 96, scale: 2 },
  wide(),
  ...UP,
]

/** A layer of the stack and how many of the 42 are just like it. */
export interface StackLayer {
  readonly net: Net
  readonly count: number
}

/**
 * The stack on a square picture. Layers of one shape are one network: their times are the same, so
 * each is measured once and counted as often as it occurs.
 */
export function deepFillStack(size: number): StackLayer[] {
  const layers = new Map<string, StackLayer>()
  for (const row of DEEPFILL_LAYERS) {
    const net = layerNet(row, size)
    const count = (layers.get(net.name)?.count ?? 0) + 1
    layers.set(net.name, { net, count })
  }
  return [...layers.values()]
}

function layerNet(row: Row, size: number): Net {
  const { inChannels, outChannels, kernel = 3, scale, stride = 1, dilation = 1 } = row
  const { phi = 'elu' } = row
  const edge = size / 2 ** scale
  const details = [
    `${inChannels}→${outChannels}`,
    `${kernel}×${kernel}`,
    ...(stride === 1 ? [] : [`stride ${stride}`]),
    ...(dilation === 1 ? [] : [`dilation ${dilation}`]),
    ...(phi === 'elu' ? [] : [phi === 'none' ? 'plain' : phi]),
    `at ${edge}²`,
  ]
  const window = cube(2, kernel, stride, dilation)
  const layer: GatedConvolution | Convolution =
    phi === 'none'
      ? { is: 'conv', name: 'conv', inChannels, outChannels, ...window }
      : {
          is: 'gatedConv',
          name: 'conv',
          feature: 'feature',
          gate: 'gate',
          inChannels,
          outChannels,
          phi,
          after: 'none',
          merged: true,
          ...window,
        }
  return { name: details.join(' '), input: [inChannels, edge, edge], layers: [layer] }
}
