import type { Module, Scope } from '../../../engine/graph/module.ts'
import type { Value } from '../../../engine/graph/value.ts'
import { add } from '../../../engine/ops/add/add.ts'
import { SluiceError } from '../../../foundation/errors.ts'
import { formatShape } from '../../../foundation/shape.ts'
import { relu } from '../../activation.ts'
import { conv1d } from '../../conv.ts'
import type { ModuleReader } from '../../description/readModule.ts'
import { wholeOption } from '../../options.ts'
import { gatedBy } from '../gatedBy.ts'
import { gatedConv1d } from '../gatedConv.ts'
import { channelsOf } from './temporalShift.ts'

/** Options of `wavenet`. */
export interface WaveNetOptions {
  /** Channels that run through the layers and are added to. Default 32. */
  readonly residualChannels?: number
  /** Channels of each gate. Default 32. */
  readonly gateChannels?: number
  /** Channels that all layers add up for the output. Default 256. */
  readonly skipChannels?: number
  /** Distance between a layer's two taps, one number a layer. Default 1, 2, 4 … 512. */
  readonly dilations?: readonly number[]
  /**
   * Channels of the condition h that follow the input's own. It is added inside every gate:
   * `tanh(F + V_f h) ⊙ σ(G + V_g h)`. Default 0.
   */
  readonly conditionChannels?: number
}

/** Far above use: the published network has thirty layers. */
const mostLayers = 256

/**
 * WaveNet (van den Oord et al. 2016): `[N, inChannels + conditionChannels, T]` to `[N, outChannels, T]`,
 * every output seeing only its own moment and what came before. A causal convolution, then for each
 * dilation `z = tanh(F) ⊙ σ(G)` with kernel 2, `x + residual(z)` for the next layer and `skip(z)` for
 * the sum of all, which passes through ReLU, 1×1, ReLU, 1×1. Parameters `causal`,
 * `layers.0.filter`, `.gate`, `.skip`, `.residual` (not in the last), `post1`, `post2`.
 */
export function wavenet(
  inChannels: number,
  outChannels: number,
  options: WaveNetOptions = {},
): Module {
  const { residualChannels = 32, gateChannels = 32, skipChannels = 256 } = options
  const { conditionChannels = 0 } = options
  const dilations = options.dilations ?? Array.from({ length: 10 }, (_, i) => 2 ** i)
  wholeOption('wavenet', 'inChannels', inChannels)
  wholeOption('wavenet', 'conditionChannels', conditionChannels, 0)
  for (const dilation of dilations) wholeOption('wavenet', 'dilations', dilation)
  if (dilations.length === 0 || dilations.length > mostLayers) {
    throw new SluiceError('usage', `wavenet takes 1 to ${mostLayers} dilations`, {
      where: 'wavenet',
      received: `${dilations.length}`,
    })
  }
  const causal = conv1d(inChannels, residualChannels, { kernelSize: 2, padding: 'causal' })
  const point = (from: number, to: number, bias = true) => conv1d(from, to, { kernelSize: 1, bias })
  const skip = point(gateChannels, skipChannels)
  const residual = point(gateChannels, residualChannels)
  const condition = point(Math.max(1, conditionChannels), gateChannels, false)
  const layers = dilations.map((dilation) =>
    gateOf(residualChannels, gateChannels, dilation, conditionChannels > 0 ? condition : undefined),
  )
  const post1 = point(skipChannels, skipChannels)
  const post2 = point(skipChannels, outChannels)
  return {
    type: 'wavenet',
    describe: () => ({
      type: 'wavenet',
      inChannels,
      outChannels,
      residualChannels,
      gateChannels,
      skipChannels,
      dilations: [...dilations],
      conditionChannels,
    }),
    build(scope, input) {
      const taken = inChannels + conditionChannels
      if (input.shape.length !== 3 || input.shape[1] !== taken) {
        throw new SluiceError('shape', 'the input does not fit the layer', {
          where: `${scope.path || 'model'} (wavenet)`,
          expected: `[batch, ${taken}, time]`,
          received: formatShape(input.shape),
        })
      }
      const conditioned = conditionChannels > 0
      const h = conditioned ? channelsOf(scope, input, inChannels, taken) : undefined
      const own = conditioned ? channelsOf(scope, input, 0, inChannels) : input
      let x = scope.child('causal', causal, own)
      let total: Value | undefined
      layers.forEach((gate, index) => {
        const layer = scope.within(`layers.${index}`)
        const z = gate(layer, x, h)
        const part = layer.child('skip', skip, z)
        total = total === undefined ? part : scope.apply(add, [total, part], {})
        if (index === layers.length - 1) return
        x = layer.apply(add, [x, layer.child('residual', residual, z)], {})
      })
      const sum = total ?? x
      const hidden = scope.child('post1', post1, relu().build(scope, sum))
      return scope.child('post2', post2, relu().build(scope, hidden))
    },
  }
}

type Gate = (scope: Scope, x: Value, h: Value | undefined) => Value

/** `tanh(F + V_f h) ⊙ σ(G + V_g h)`; without a condition, one op. */
function gateOf(from: number, to: number, dilation: number, condition: Module | undefined): Gate {
  const window = { kernelSize: 2, dilation, padding: 'causal' } as const
  const names = { featureName: 'filter', gateName: 'gate' }
  const alone = gatedConv1d(from, to, { ...window, ...names, featureActivation: 'tanh' })
  const conv = conv1d(from, to, window)
  return (scope, x, h) => {
    if (h === undefined || condition === undefined) return alone.build(scope, x)
    const branch = (name: string) => {
      const seen = scope.child(name, conv, x)
      return scope.apply(add, [seen, scope.child(`${name}Condition`, condition, h)], {})
    }
    return gatedBy(scope, branch('filter'), branch('gate'), 'tanh', 'sigmoid')
  }
}

export const readWaveNet: ModuleReader = (fields) =>
  wavenet(fields.whole('inChannels'), fields.whole('outChannels'), {
    residualChannels: fields.whole('residualChannels'),
    gateChannels: fields.whole('gateChannels'),
    skipChannels: fields.whole('skipChannels'),
    dilations: fields.sizes('dilations'),
    conditionChannels: fields.whole('conditionChannels', 0),
  })
