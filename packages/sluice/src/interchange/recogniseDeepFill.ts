import { SluiceError } from '../foundation/errors.ts'
import { type NamedTensors, toFloat32 } from '../foundation/hostTensor.ts'
import { elementCount, formatShape } from '../foundation/shape.ts'
import { deepFillV2 } from '../models/deepFill/deepFillV2.ts'
import { deepFillNames } from './deepFillNames.ts'
import { requireWeights } from './modelFile.ts'
import type { Recogniser } from './recognise.ts'
import { shapeOfTensor } from './stateDictShapes.ts'
import { swapColours } from './swapColours.ts'

/** The identity that score fusion sums along: part of some files, and never anything else. */
const fuseWeight = 'stage2.contextual_attention.fuse_weight'

/** Any size fits the network, so any will do to check the shapes of its weights. */
const anyPicture = [4, 16, 16] as const

/** How the two layouts of published weights differ in what the network computes. */
interface Layout {
  readonly padding: 'symmetric' | 'tf'
  readonly downsampling: 'nearest' | 'tf'
  readonly fuse: boolean
  readonly words: string
}

const torchLayout: Layout = {
  ...{ padding: 'symmetric', downsampling: 'nearest', fuse: true },
  words:
    'PyTorch layout (stage1.…, stage2.…): zeros on all sides alike, every second element kept when halving',
}

const tensorFlowLayout: Layout = {
  ...{ padding: 'tf', downsampling: 'tf', fuse: false },
  words:
    "TensorFlow layout (conv1, xconv1, pmconv1, allconv11, …): TensorFlow's SAME padding and its nearest neighbours with aligned corners",
}

/** Names that only the generator has; two each, so that a half of it is told from another network. */
const marks = [
  ['stage1.conv1.conv.weight', torchLayout],
  ['stage2.conv_conv1.conv.weight', torchLayout],
  ['xconv1.conv.weight', tensorFlowLayout],
  ['conv7_atrous.conv.weight', tensorFlowLayout],
] as const

/** The generator of DeepFill v2 in either layout of its PyTorch ports, alone or beside other networks. */
export const recogniseDeepFill: Recogniser = (tensors, { fuse, bgr = false }) => {
  const found = ownNames(tensors)
  if (found === undefined) {
    refuseDiscriminator(tensors)
    return undefined
  }
  const { layout, weights } = found
  const explanation = [...found.explanation]
  takeFuseWeight(weights)
  requireComplete(weights, layout)
  const model = deepFillV2({
    padding: layout.padding,
    downsampling: layout.downsampling,
    fuse: fuse ?? layout.fuse,
    width: widthOf(weights),
  })
  requireWeights(model, weights, anyPicture, 'state_dict')
  const parameters = [...weights.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0)
  explanation.unshift(
    `recognised the generator of DeepFill v2: 42 convolutions, ${parameters.toLocaleString('en')} parameters`,
    layout.words,
    fusionWords(fuse, layout),
    bgr
      ? 'turned from BGR to RGB: the first convolutions of both stages and the last'
      : 'takes and gives RGB, which weights do not tell; if colours come out wrong, convert again with --bgr',
    'weights that the authors of DeepFill v2 published are for research and education only (their repository is CC BY-NC 4.0), converted ones as well; your own are yours',
  )
  return { model, weights: bgr ? swapColours(weights) : weights, classes: 0, explanation }
}

function fusionWords(asked: boolean | undefined, { fuse }: Layout): string {
  const state = (on: boolean): string => `score fusion in the attention is ${on ? 'on' : 'off'}`
  if (asked !== undefined) return `${state(asked)}, as told`
  return fuse
    ? `${state(true)}, as in the port of these names`
    : `${state(false)}, as in the port of these names; the original has it on: --fuse on`
}

interface Found {
  readonly layout: Layout
  /** Under the network's own names. */
  readonly weights: NamedTensors
  readonly explanation: readonly string[]
}

/** The generator's tensors; undefined where nothing looks like it. */
function ownNames(tensors: NamedTensors): Found | undefined {
  for (const [mark, layout] of marks) {
    const name = [...tensors.keys()].find((key) => key === mark || key.endsWith(`.${mark}`))
    if (name === undefined) continue
    const prefix = name.slice(0, name.length - mark.length)
    const weights: NamedTensors = new Map()
    let others = 0
    for (const [key, tensor] of tensors) {
      if (key.startsWith(prefix)) weights.set(torchName(key.slice(prefix.length), layout), tensor)
      else others++
    }
    const explanation =
      prefix === '' ? [] : [`took the tensors under "${prefix}" and left out ${others} others`]
    return { layout, weights, explanation }
  }
  return undefined
}

/** `conv7_atrous.conv.bias` → `stage1.conv_bn2.conv.bias`; names that are none of the network's stay. */
function torchName(name: string, layout: Layout): string {
  if (layout === torchLayout) return name
  const [, layer = '', kind = ''] = /^(.*)\.(weight|bias)$/.exec(name) ?? []
  const own = deepFillNames.get(layer)
  return own === undefined ? name : `${own}.${kind}`
}

/** Names what is missing as the file would have called it. */
function requireComplete(weights: NamedTensors, layout: Layout): void {
  const missing = [...deepFillNames].flatMap(([theirs, own]) =>
    ['weight', 'bias']
      .filter((kind) => !weights.has(`${own}.${kind}`))
      .map((kind) => `${layout === torchLayout ? own : theirs}.${kind}`),
  )
  if (missing.length === 0) return
  const shown = missing.slice(0, 6).join(', ')
  throw new SluiceError('missing', 'a part of the generator of DeepFill v2 is not in the file', {
    expected: `${2 * deepFillNames.size} tensors`,
    received: `all but ${missing.length}: without ${shown}${missing.length > 6 ? ', …' : ''}`,
    fix: 'convert the file that holds the whole generator',
  })
}

/** Takes the buffer out, which is the same in every file that is what it says. */
function takeFuseWeight(weights: NamedTensors): void {
  const tensor = weights.get(fuseWeight)
  if (tensor === undefined) return
  const { shape, data } = toFloat32(tensor)
  const identity = data.length === 9 && data.every((value, i) => value === (i % 4 === 0 ? 1 : 0))
  if (!identity) {
    throw new SluiceError('unsupported', 'attention sums scores in a way of its own', {
      where: fuseWeight,
      expected: 'the identity, [1, 1, 3, 3]',
      received: `${formatShape(shape)}: ${data.slice(0, 9).join(' ')}`,
    })
  }
  weights.delete(fuseWeight)
}

function widthOf(weights: NamedTensors): number {
  const name = 'stage1.conv1.conv.weight'
  const [outputs = 0, inputs = 0] = shapeOfTensor(weights, name, 4)
  if (inputs === 6) {
    throw new SluiceError('unsupported', 'this network also takes a sketch, which Sluice has not', {
      where: name,
      expected: '5 channels: red, green, blue, ones and the mask',
      received: '6',
    })
  }
  if (inputs === 5 && outputs % 4 === 0 && outputs > 0) return outputs / 2
  throw new SluiceError('shape', `tensor "${name}" is not that of DeepFill v2`, {
    expected: '[48, 5, 5, 5], or another multiple of 4 for 48',
    received: formatShape(weights.get(name)?.shape ?? []),
  })
}

/** The other half of a checkpoint is a network too, but fills nothing. */
function refuseDiscriminator(tensors: NamedTensors): void {
  if (![...tensors.keys()].some((name) => /(^|\.)conv1\.conv_sn\.weight$/.test(name))) return
  throw new SluiceError(
    'unsupported',
    'these are the weights of a discriminator, which fills nothing',
    {
      expected: 'the generator: stage1.conv1.conv.weight, … or conv1.conv.weight, …',
      received: [...tensors.keys()].slice(0, 6).join(', '),
      fix: 'convert the whole checkpoint, or the file with the generator ("G")',
    },
  )
}
