import type { Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { maskTaps } from '../engine/ops/maskTaps/maskTaps.ts'
import { choiceOption } from '../foundation/choiceOption.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { Fields } from './description/fields.ts'
import { wholeOption } from './options.ts'

/**
 * PixelCNN's masks (van den Oord et al. 2016): a convolution sees only what comes before its place in
 * the order of reading (time, rows, columns) and, with `B`, its own place.
 */
export type TapMask = 'A' | 'B'

const masks: readonly TapMask[] = ['A', 'B']

/** The options of masked convolutions. */
export interface MaskOptions {
  /** Default: no mask. */
  readonly mask?: TapMask
  /**
   * Colours that the channels stand for, in blocks of equal size, 3 for red, green and blue: at its own
   * place an output also sees earlier colours and, with `B`, its own. Default 1, no such order.
   */
  readonly maskColours?: number
}

/** @throws SluiceError `usage` for masks that do not fit the layer */
export function checkMask(
  layer: string,
  { mask, maskColours = 1 }: MaskOptions,
  sizes: { readonly inChannels: number; readonly outChannels: number; readonly groups: number },
): void {
  if (mask !== undefined) choiceOption(layer, 'mask', mask, masks)
  wholeOption(layer, 'maskColours', maskColours)
  if (maskColours === 1) return
  const { inChannels, outChannels, groups } = sizes
  const divides = inChannels % maskColours === 0 && outChannels % maskColours === 0
  if (mask !== undefined && divides && groups === 1) return
  throw new SluiceError('usage', 'colours need a mask, equal blocks of channels and one group', {
    where: layer,
    expected: `maskColours that divide ${inChannels} and ${outChannels}, with a mask and groups 1`,
    received: `${maskColours} colours, mask ${mask ?? 'none'}, ${groups} groups`,
  })
}

/** Reads the options from a description. */
export function readMask(fields: Fields): MaskOptions {
  return {
    ...(fields.has('mask') ? { mask: fields.choice('mask', masks) } : {}),
    ...(fields.has('maskColours') ? { maskColours: fields.whole('maskColours') } : {}),
  }
}

/** The options as plain data; the usual case is left out. */
export function describeMask({ mask, maskColours = 1 }: MaskOptions): MaskOptions {
  return {
    ...(mask === undefined ? {} : { mask }),
    ...(maskColours === 1 ? {} : { maskColours }),
  }
}

/** The weight with its mask, if there is one. */
export function maskedWeight(
  scope: Scope,
  weight: Value,
  { mask, maskColours = 1 }: MaskOptions,
): Value {
  if (mask === undefined) return weight
  return scope.apply(maskTaps, [weight], { type: mask, colours: maskColours })
}
