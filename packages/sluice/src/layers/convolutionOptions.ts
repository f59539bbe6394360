import type { Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import type { ConvolutionAttributes, Triple } from '../engine/ops/convolution/geometry.ts'
import { SluiceError } from '../foundation/errors.ts'
import { uniformInitialiser } from '../foundation/initialiser.ts'
import { formatShape, type Shape } from '../foundation/shape.ts'
import type { Fields } from './description/fields.ts'
import { wholeOption } from './options.ts'
import {
  checkPaddingMode,
  describePaddingMode,
  type PaddingMode,
  padInput,
  readPaddingMode,
} from './paddingMode.ts'
import { checkMask, describeMask, type MaskOptions, maskedWeight, readMask } from './tapMask.ts'
import {
  checkParametrisation,
  describeParametrisation,
  parametrisedWeight,
  readParametrisation,
  type WeightParametrisation,
} from './weightParametrisation.ts'
import {
  type Padding,
  paddingPairs,
  readPadding,
  type Size,
  type SpatialRank,
  triple,
} from './window.ts'

/** Options that plain and gated convolutions share; sizes are per axis or one for all. */
export interface ConvolutionOptions extends MaskOptions {
  readonly kernelSize: Size
  /** Default 1. */
  readonly stride?: Size
  /** Default 0. */
  readonly padding?: Padding
  /** What the padding consists of. Default `zeros`. */
  readonly paddingMode?: PaddingMode
  /** Distance between the kernel's taps. Default 1. */
  readonly dilation?: Size
  /** Parts into which channels fall that do not see one another. Default 1. */
  readonly groups?: number
  /** Default true. */
  readonly bias?: boolean
  /** What the weight is made of; see `WeightParametrisation`. Default `none`. */
  readonly parametrisation?: WeightParametrisation
}

/** The geometry of one convolution layer, checked and with its defaults filled in. */
export interface ConvolutionPlan {
  readonly layer: string
  readonly rank: SpatialRank
  readonly inChannels: number
  readonly outChannels: number
  readonly bias: boolean
  readonly parametrisation: WeightParametrisation
  readonly mask: MaskOptions
  readonly paddingMode: PaddingMode
  readonly attributes: ConvolutionAttributes
  /** `[outChannels, inChannels / groups, …kernelSize]`, as PyTorch shapes it. */
  readonly weightShape: Shape
  /** The options as plain data. */
  readonly described: MaskOptions & {
    readonly inChannels: number
    readonly outChannels: number
    readonly kernelSize: readonly number[]
    readonly stride: readonly number[]
    readonly padding: Padding
    readonly paddingMode?: PaddingMode
    readonly dilation: readonly number[]
    readonly groups: number
    readonly bias: boolean
    readonly parametrisation?: WeightParametrisation
  }
}

/** Checks the options of a convolution layer. @throws SluiceError `usage`, naming the option */
export function planConvolution(
  layer: string,
  rank: SpatialRank,
  inChannels: number,
  outChannels: number,
  options: ConvolutionOptions,
): ConvolutionPlan {
  const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true } = options
  const { parametrisation = 'none', paddingMode = 'zeros' } = options
  checkParametrisation(layer, parametrisation)
  checkPaddingMode(layer, paddingMode)
  wholeOption(layer, 'inChannels', inChannels)
  wholeOption(layer, 'outChannels', outChannels)
  wholeOption(layer, 'groups', groups)
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new SluiceError('usage', 'groups must divide inChannels and outChannels', {
      where: layer,
      received: `${inChannels} to ${outChannels} channels in ${groups} groups`,
    })
  }
  checkMask(layer, options, { inChannels, outChannels, groups })
  if (options.mask !== undefined && paddingMode !== 'zeros') {
    throw new SluiceError('usage', 'padding made of the input shows what the mask hides', {
      where: layer,
      received: `mask ${options.mask}, paddingMode "${paddingMode}"`,
      fix: 'pad with zeros',
    })
  }
  const kernel = triple(layer, 'kernelSize', options.kernelSize, rank, 1, 1)
  const strides = triple(layer, 'stride', stride, rank, 1, 1)
  const dilations = triple(layer, 'dilation', dilation, rank, 1, 1)
  const pairs = paddingPairs(layer, padding, rank, kernel, dilations)
  const own = (sizes: Triple) => sizes.slice(3 - rank)
  return {
    layer,
    rank,
    inChannels,
    outChannels,
    bias,
    parametrisation,
    mask: describeMask(options),
    paddingMode,
    attributes: { stride: strides, padding: pairs, dilation: dilations, groups },
    weightShape: [outChannels, inChannels / groups, ...own(kernel)],
    described: {
      inChannels,
      outChannels,
      kernelSize: own(kernel),
      stride: own(strides),
      padding,
      ...describePaddingMode(paddingMode),
      dilation: own(dilations),
      groups,
      bias,
      ...describeParametrisation(parametrisation),
      ...describeMask(options),
    },
  }
}

/** Refuses an input of another rank or channel count than the layer was made for. */
export function checkConvolutionInput(plan: ConvolutionPlan, scope: Scope, input: Value): void {
  const { rank, inChannels, layer } = plan
  if (input.shape.length === rank + 2 && input.shape[1] === inChannels) return
  const space = ['depth', 'height', 'width'].slice(3 - rank).join(', ')
  throw new SluiceError('shape', 'the input does not fit the layer', {
    where: scope.path === '' ? layer : `${scope.path} (${layer})`,
    expected: `[batch, ${inChannels}, ${space}]`,
    received: formatShape(input.shape),
    fix: 'change inChannels, or the layer before',
  })
}

/** What a planned convolution is applied to, padded where it cannot pad itself, and how. */
export function convolutionInput(
  { attributes, paddingMode }: ConvolutionPlan,
  scope: Scope,
  value: Value,
): { readonly input: Value; readonly attributes: ConvolutionAttributes } {
  const { input, padding } = padInput(scope, value, attributes.padding, paddingMode)
  return { input, attributes: { ...attributes, padding } }
}

/**
 * The weight and, if the layer has one, the bias under `name`. PyTorch's default initialisation:
 * Kaiming uniform with a = √5, which comes to ±1/√fanIn for both.
 */
export function convolutionParameters(
  { weightShape, bias, outChannels, parametrisation, mask }: ConvolutionPlan,
  scope: Scope,
  prefix = '',
): { readonly weight: Value; readonly bias: readonly Value[] } {
  const fanIn = weightShape.slice(1).reduce((product, size) => product * size, 1)
  const initialise = uniformInitialiser(1 / Math.sqrt(fanIn))
  const name = `${prefix}weight`
  const whole = parametrisedWeight(scope, name, weightShape, initialise, parametrisation)
  const weight = maskedWeight(scope, whole, mask)
  if (!bias) return { weight, bias: [] }
  return { weight, bias: [scope.parameter(`${prefix}bias`, [outChannels], initialise)] }
}

/** Reads the shared options from a description. */
export function readConvolutionOptions(fields: Fields): {
  readonly inChannels: number
  readonly outChannels: number
  readonly options: ConvolutionOptions
} {
  return {
    inChannels: fields.whole('inChannels'),
    outChannels: fields.whole('outChannels'),
    options: {
      kernelSize: fields.sizes('kernelSize'),
      stride: fields.sizes('stride'),
      padding: readPadding(fields),
      paddingMode: readPaddingMode(fields),
      dilation: fields.sizes('dilation'),
      groups: fields.whole('groups'),
      bias: fields.boolean('bias'),
      parametrisation: readParametrisation(fields),
      ...readMask(fields),
    },
  }
}
