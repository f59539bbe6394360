import type { Module, Scope } from '../../../engine/graph/module.ts'
import type { Value } from '../../../engine/graph/value.ts'
import { add } from '../../../engine/ops/add/add.ts'
import { padZeros, slice } from '../../../engine/ops/slice/slice.ts'
import { SluiceError } from '../../../foundation/errors.ts'
import { relu } from '../../activation.ts'
import { conv2d } from '../../conv.ts'
import type { ModuleReader } from '../../description/readModule.ts'
import { wholeOption } from '../../options.ts'
import { gatedBy } from '../gatedBy.ts'
import { channelsOf } from './temporalShift.ts'

/** Options of `gatedPixelCnn`. */
export interface GatedPixelCnnOptions {
  /** Channels of both stacks. Default 32. */
  readonly channels?: number
  /** Sizes of the windows, one odd number a layer. Default 7 and six times 3. */
  readonly kernelSizes?: readonly number[]
}

/** Far above use: the published network has fifteen layers. */
const mostLayers = 128

/**
 * Gated PixelCNN (van den Oord et al. 2016) over `[N, inChannels, H, W]`: every output sees the rows
 * above it and, in its row, what stands to the left, and nothing of its own pixel. A vertical stack
 * reads the rows, a horizontal one the row, linked from above; both are gated `tanh(F) ⊙ σ(G)`. Rows
 * use masked weights, type A in the first layer and B after. As the channels of a pixel are not told
 * apart, no channel of a pixel sees another one. Parameters `layers.0.vertical`, `.link`,
 * `.horizontal`, `.skip`, `.residual` (not in the last), `post1`, `post2`.
 */
export function gatedPixelCnn(
  inChannels: number,
  outChannels: number,
  options: GatedPixelCnnOptions = {},
): Module {
  const { channels = 32, kernelSizes = [7, 3, 3, 3, 3, 3, 3] } = options
  wholeOption('gatedPixelCnn', 'channels', channels)
  const odd = kernelSizes.every((size) => Number.isSafeInteger(size) && size >= 1 && size % 2 === 1)
  if (!odd || kernelSizes.length === 0 || kernelSizes.length > mostLayers) {
    throw new SluiceError('usage', 'kernelSizes must be odd numbers, one per layer', {
      where: 'gatedPixelCnn',
      expected: `1 to ${mostLayers} of them`,
      received: JSON.stringify(kernelSizes.slice(0, 16)),
    })
  }
  const point = (from: number, to: number) => conv2d(from, to, { kernelSize: 1 })
  const skip = point(channels, channels)
  const link = point(2 * channels, 2 * channels)
  const post1 = point(channels, channels)
  const post2 = point(channels, outChannels)
  const layers = kernelSizes.map((size, index) => {
    const from = index === 0 ? inChannels : channels
    const half = (size - 1) / 2
    return {
      vertical: conv2d(from, 2 * channels, {
        kernelSize: [half + 1, size],
        padding: [[half, 0], half],
      }),
      horizontal: conv2d(from, 2 * channels, {
        kernelSize: [1, size],
        padding: [0, half],
        mask: index === 0 ? 'A' : 'B',
      }),
    }
  })
  return {
    type: 'gatedPixelCnn',
    describe: () => ({
      type: 'gatedPixelCnn',
      inChannels,
      outChannels,
      channels,
      kernelSizes: [...kernelSizes],
    }),
    build(scope, input) {
      let rowsAbove = input
      let row = input
      let total: Value | undefined
      layers.forEach(({ vertical, horizontal }, index) => {
        const layer = scope.within(`layers.${index}`)
        const seen = layer.child('vertical', vertical, rowsAbove)
        const above = layer.child('link', link, oneRowDown(layer, seen))
        const z = gate(
          layer,
          layer.apply(add, [layer.child('horizontal', horizontal, row), above], {}),
        )
        const part = layer.child('skip', skip, z)
        total = total === undefined ? part : layer.apply(add, [total, part], {})
        if (index === layers.length - 1) return
        // The first layer's mask hides the pixel itself, which a residual would let through.
        const step = layer.child('residual', skip, z)
        row = index === 0 ? step : layer.apply(add, [step, row], {})
        rowsAbove = gate(layer, seen)
      })
      const hidden = scope.child('post1', post1, relu().build(scope, total ?? row))
      return scope.child('post2', post2, relu().build(scope, hidden))
    },
  }
}

/** `tanh` of the first half of the channels, times the sigmoid of the second. */
function gate(scope: Scope, value: Value): Value {
  const channels = value.shape[1] ?? 2
  const feature = channelsOf(scope, value, 0, channels / 2)
  const opening = channelsOf(scope, value, channels / 2, channels)
  return gatedBy(scope, feature, opening, 'tanh', 'sigmoid')
}

function oneRowDown(scope: Scope, value: Value): Value {
  const rows = value.shape[2] ?? 1
  const longer = scope.apply(padZeros, [value], { axis: 2, before: 1, after: 0 })
  return scope.apply(slice, [longer], { axis: 2, start: 0, end: rows })
}

export const readGatedPixelCnn: ModuleReader = (fields) =>
  gatedPixelCnn(fields.whole('inChannels'), fields.whole('outChannels'), {
    channels: fields.whole('channels'),
    kernelSizes: fields.sizes('kernelSizes'),
  })
