import type { Module } from '../engine/graph/module.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { NamedTensors } from '../foundation/hostTensor.ts'
import { formatShape } from '../foundation/shape.ts'
import { relu } from '../layers/activation.ts'
import { flatten } from '../layers/flatten.ts'
import { linear } from '../layers/linear.ts'
import { sequential } from '../layers/sequential.ts'
import { spatioTemporalGatedConv } from '../models/spatioTemporalGatedConv.ts'
import { spatioTemporalGatedConvNet } from '../models/spatioTemporalGatedConvNet.ts'
import { requireWeights } from './modelFile.ts'
import type { Recogniser } from './recognise.ts'
import { shapeOfTensor } from './stateDictShapes.ts'

type Clip = readonly [frames: number, height: number, width: number]

/** One gated convolution, as its tensors show it. */
interface GatedLayer {
  readonly inChannels: number
  readonly outChannels: number
  readonly kernel: Clip
}

/** The clip that the network was published for. */
const usualClip: Clip = [8, 32, 32]

/** Gated convolutions `gated_conv1`, … and `fc1`, of any number, width, kernel and class count. */
export const recogniseSpatioTemporalGatedConvNet: Recogniser = (tensors, hints) => {
  if (!tensors.has('gated_conv1.spatial_conv.weight')) return undefined
  const layers = gatedLayers(tensors)
  const [classes = 0, features = 0] = shapeOfTensor(tensors, 'fc1.weight', 2)
  const inChannels = layers[0]?.inChannels ?? 0
  const channels = layers.at(-1)?.outChannels ?? 1
  const kept = paddings(layers, true)
  const explanation = [
    `recognised SpatioTemporalGatedConvNet: ${layers.length} gated convolutions, channels ${[inChannels, ...layers.map((layer) => layer.outChannels)].join(' → ')}, kernels ${[...new Set(layers.map(({ kernel }) => kernel.join('×')))].join(', ')}, ${classes} classes`,
  ]
  const clip = hints.clip ?? usualClip
  const positions = features / channels
  const bare = paddings(layers, false)
  const unpadded = !fits(clip, layers, kept, positions) && fits(clip, layers, bare, positions)
  const padding = unpadded ? bare : kept
  const fixed = unpadded || fits(clip, layers, kept, positions)
  if (fixed) {
    explanation.push(
      `fc1 takes ${features} features = ${channels} channels × ${positions} positions, which fits a clip of ${clip.join('×')} (frames × height × width) with stride 1 and ${unpadded ? 'no padding' : 'padding that keeps its size'}`,
    )
  } else if (hints.clip !== undefined) {
    throw new SluiceError('shape', `fc1 does not fit clips of ${clip.join('×')}`, {
      expected: `${features} features = ${channels} channels × ${positions} positions`,
      received: formatShape(clip),
      fix: 'give the length, height and width of the clips that the network was trained on',
    })
  } else {
    explanation.push(
      `fc1 takes ${features} features = ${channels} channels × ${positions} positions; the clip's size follows from the input, whose frames × height × width must be ${positions} (stride 1 and padding that keeps the size are assumed)`,
    )
  }
  const model = makeModel(layers, classes, padding)
  if (fixed) requireWeights(model, tensors, [inChannels, ...clip], 'state_dict')
  return {
    model,
    weights: tensors,
    classes,
    ...(fixed ? { input: [inChannels, ...clip] } : {}),
    explanation,
  }
}

function gatedLayers(tensors: NamedTensors): GatedLayer[] {
  const layers: GatedLayer[] = []
  const name = () => `gated_conv${layers.length + 1}.spatial_conv.weight`
  while (tensors.has(name())) {
    const [outChannels = 1, inChannels = 1, ...kernel] = shapeOfTensor(tensors, name(), 5)
    const [depth = 1, height = 1, width = 1] = kernel
    layers.push({ inChannels, outChannels, kernel: [depth, height, width] })
  }
  return layers
}

/** Zeros per side: half the kernel, which keeps the size if the kernel is odd, or none. */
function paddings(layers: readonly GatedLayer[], keepSize: boolean): Clip[] {
  const half = (size: number) => (keepSize ? Math.floor(size / 2) : 0)
  return layers.map(({ kernel: [d, h, w] }) => [half(d), half(h), half(w)])
}

function fits(
  clip: Clip,
  layers: readonly GatedLayer[],
  padding: readonly Clip[],
  positions: number,
): boolean {
  let product = 1
  clip.forEach((size, axis) => {
    let rest = size
    layers.forEach(({ kernel }, i) => {
      rest += 2 * (padding[i]?.[axis] ?? 0) - (kernel[axis] ?? 1) + 1
    })
    product *= Math.max(0, rest)
  })
  return product === positions
}

/** The named network where its options can say it, else the same layers under the same names. */
function makeModel(
  layers: readonly GatedLayer[],
  classes: number,
  padding: readonly Clip[],
): Module {
  const sizes = new Set(layers.flatMap(({ kernel }) => kernel))
  const zeros = new Set(padding.flat())
  const [kernelSize = 1] = sizes
  const [pad = 0] = zeros
  if (sizes.size === 1 && zeros.size === 1) {
    return spatioTemporalGatedConvNet({
      classes,
      inChannels: layers[0]?.inChannels ?? 1,
      widths: layers.map((layer) => layer.outChannels),
      kernelSize,
      padding: pad,
    })
  }
  const modules: Record<string, Module> = {}
  layers.forEach(({ inChannels, outChannels, kernel }, i) => {
    modules[`gated_conv${i + 1}`] = spatioTemporalGatedConv(
      inChannels,
      outChannels,
      kernel,
      1,
      padding[i] ?? 0,
    )
    modules[`relu${i + 1}`] = relu()
  })
  return sequential({ ...modules, flatten: flatten(), fc1: linear(classes) })
}
