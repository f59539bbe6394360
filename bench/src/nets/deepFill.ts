import { type Convolution, cube, type GatedConvolution, type Layer, type Net } from './net.ts'

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
  /** Behind an upsampling, which is not part of the layer. */
  readonly upsampled?: boolean
}

const wide = (dilation = 1): Row => ({ inChannels: 96, outChannels: 96, scale: 2, dilation })

/** From 1/4 of the size back to all of it. */
const UP: readonly Row[] = [
  { inChannels: 96, outChannels: 48, scale: 1, upsampled: true },
  { inChannels: 48, outChannels: 48, scale: 1 },
  { inChannels: 48, outChannels: 24, scale: 0, upsampled: true },
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

/** Picture, ones and mask in, a coarse picture out. */
const COARSE: readonly Row[] = [
  { inChannels: 5, outChannels: 24, kernel: 5, scale: 0 },
  { inChannels: 24, outChannels: 48, scale: 0, stride: 2 },
  { inChannels: 48, outChannels: 48, scale: 1 },
  { inChannels: 48, outChannels: 96, scale: 1, stride: 2 },
  ...[wide(), wide(), ...DILATED, wide(), wide()],
  ...UP,
]

/** The branch of the second stage that hallucinates. */
const HALLUCINATING: readonly Row[] = [
  ...REFINING,
  { inChannels: 48, outChannels: 48, scale: 1, stride: 2 },
  { inChannels: 48, outChannels: 96, scale: 2 },
  ...[wide(), ...DILATED],
]

/** The branch that attends; the attention itself has no weights and is not part of the stack. */
const ATTENDING: readonly Row[] = [
  ...REFINING,
  { inChannels: 48, outChannels: 96, scale: 1, stride: 2 },
  wide(),
  { ...wide(), phi: 'relu' },
  ...[wide(), wide()],
]

/** Both branches' channels in, the picture out. */
const JOINT: readonly Row[] = [{ inChannels: 192, outChannels: 96, scale: 2 }, wide(), ...UP]

/**
 * The 42 convolutions of the generator (Yu et al., "Free-Form Image Inpainting with Gated
 * Convolution", ICCV 2019, arXiv 1806.03589; shapes as in the authors' inpaint_model.py), in order.
 */
export const DEEPFILL_LAYERS: readonly Row[] = [...COARSE, ...HALLUCINATING, ...ATTENDING, ...JOINT]

/** The 42 convolutions as one network on a square picture, with what must stand between them. */
export function deepFillNet(size: number): Net {
  return {
    name: `DeepFill v2's convolutions at ${size}²`,
    input: [5, size, size],
    layers: [
      ...chain('coarse', COARSE),
      {
        is: 'branches',
        name: 'refine',
        paths: [chain('conv', HALLUCINATING), chain('conv', ATTENDING)],
      },
      ...chain('joint', JOINT),
    ],
  }
}

function chain(name: string, rows: readonly Row[]): Layer[] {
  return rows.flatMap((row, index): Layer[] => {
    const layer = layerOf(row, `${name}${index + 1}`)
    return row.upsampled ? [{ is: 'upsample', name: `${name}${index + 1}_up` }, layer] : [layer]
  })
}

/** One of the layers by itself, and how many of the 42 are just like it. */
export interface CountedLayer {
  readonly net: Net
  readonly count: number
}

/**
 * Every layer by itself. Layers of one shape are one network: their times are the same, so each is
 * measured once and counted as often as it occurs.
 */
export function deepFillLayers(size: number): CountedLayer[] {
  const layers = new Map<string, CountedLayer>()
  for (const row of DEEPFILL_LAYERS) {
    const edge = size / 2 ** row.scale
    const name = `${describe(row)} at ${edge}²`
    const net = { name, input: [row.inChannels, edge, edge], layers: [layerOf(row, 'conv')] }
    layers.set(name, { net, count: (layers.get(name)?.count ?? 0) + 1 })
  }
  return [...layers.values()]
}

function describe({ inChannels, outChannels, kernel = 3, stride = 1, dilation = 1, phi }: Row) {
  return [
    `${inChannels}→${outChannels} ${kernel}×${kernel}`,
    ...(stride === 1 ? [] : [`stride ${stride}`]),
    ...(dilation === 1 ? [] : [`dilation ${dilation}`]),
    ...(phi === undefined ? [] : [phi === 'none' ? 'plain' : phi]),
  ].join(' ')
}

function layerOf(row: Row, name: string): GatedConvolution | Convolution {
  const { inChannels, outChannels, kernel = 3, stride = 1, dilation = 1, phi = 'elu' } = row
  const window = cube(2, kernel, stride, dilation)
  if (phi === 'none') return { is: 'conv', name, inChannels, outChannels, ...window }
  return {
    ...{ is: 'gatedConv', name, feature: 'feature', gate: 'gate', inChannels, outChannels },
    ...{ phi, after: 'none', merged: true, ...window },
  }
}
