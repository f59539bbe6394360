import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount, formatShape, type Shape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, requireCount } from '../inputChecks.ts'

export interface MaskTapsAttributes {
  /** `A` hides the centre itself, for first layers; `B` shows it. */
  readonly type: 'A' | 'B'
  /**
   * Colours that the channels stand for, in blocks of equal size: 3 for red, green, blue. At the
   * centre, an output sees inputs of earlier colours and, with `B`, of its own. 1: no such order.
   */
  readonly colours: number
}

/** Taps before the centre of the kernel, in the order of reading; the centre is that many. */
export function centreTap(weight: Shape): number {
  return weight.slice(2).reduce((index, size) => index * size + Math.floor(size / 2), 0)
}

/**
 * The mask of PixelCNN (van den Oord et al. 2016) on a convolution's weight `[O, I, …kernel]`: taps
 * after the kernel's centre, in the order of reading (time, rows, columns), become zero, and at the
 * centre what `type` and `colours` say. Its gradient is masked alike.
 */
export const maskTaps: OpDefinition<MaskTapsAttributes> = {
  name: 'maskTaps',
  infer(inputs, { type, colours }, where) {
    requireCount(inputs, 1, where)
    const weight = inputOfRank(inputs, 0, 'weight', 3, 5, where)
    const [outputs = 1, channels = 1] = weight.shape
    const whole = Number.isSafeInteger(colours) && colours >= 1
    if (!whole || outputs % colours !== 0 || channels % colours !== 0) {
      throw new SluiceError('shape', 'the channels do not fall into the colours', {
        where,
        expected: `colours that divide ${outputs} and ${channels}, for the weight ${formatShape(weight.shape)}`,
        received: `${colours}`,
      })
    }
    if (weight.kind !== 'plain' || (type !== 'A' && type !== 'B')) {
      throw new SluiceError('unsupported', 'a mask of type A or B goes on a weight', {
        where,
        received: `type ${type}, ${weight.kind}`,
      })
    }
    return [{ shape: weight.shape, kind: 'plain' }]
  },
  gradient({ builder, node, attributes, outputGradients: [dy] }) {
    if (dy === undefined) return []
    return [builder.applyOne(maskTaps, [dy], attributes, node.path)]
  },
  reference([x], [y], { type, colours }) {
    const { shape, data } = present(x, 'weight')
    const target = present(y, 'masked').data
    const [outputs = 1, channels = 1] = shape
    const taps = elementCount(shape.slice(2))
    const centre = centreTap(shape)
    for (let i = 0; i < data.length; i++) {
      const tap = i % taps
      const row = Math.floor(i / taps)
      const from = Math.floor(((row % channels) * colours) / channels)
      const to = Math.floor((Math.floor(row / channels) * colours) / outputs)
      const sees = tap < centre || (tap === centre && (type === 'A' ? from < to : from <= to))
      target[i] = sees ? (data[i] as number) : 0
    }
  },
}
