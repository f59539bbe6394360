import type { Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import type { WindowAttributes } from '../engine/ops/convolution/geometry.ts'
import { pad } from '../engine/ops/pad/pad.ts'
import { choiceOption } from '../foundation/choiceOption.ts'
import type { Fields } from './description/fields.ts'

/**
 * What a convolution meets outside its input, as PyTorch's `padding_mode`: zeros; the input mirrored
 * without its border (`reflect`), its border repeated (`replicate`), the input again (`circular`); and,
 * which PyTorch lacks, mirrored with its border (`symmetric`).
 */
export type PaddingMode = 'zeros' | 'reflect' | 'symmetric' | 'replicate' | 'circular'

const modes: readonly PaddingMode[] = ['zeros', 'reflect', 'symmetric', 'replicate', 'circular']

const none: WindowAttributes['padding'] = [
  [0, 0],
  [0, 0],
  [0, 0],
]

/** @throws SluiceError `usage` for a mode that there is not */
export function checkPaddingMode(layer: string, mode: PaddingMode): void {
  choiceOption(layer, 'paddingMode', mode, modes)
}

/** Reads the option from a description; the usual case is left out. */
export function readPaddingMode(fields: Fields): PaddingMode {
  return fields.has('paddingMode') ? fields.choice('paddingMode', modes) : 'zeros'
}

/** The option as plain data; the usual case is left out. */
export function describePaddingMode(mode: PaddingMode): { readonly paddingMode?: PaddingMode } {
  return mode === 'zeros' ? {} : { paddingMode: mode }
}

/** The input with all padding that a convolution cannot do itself, and what is left for it to do. */
export function padInput(
  scope: Scope,
  input: Value,
  padding: WindowAttributes['padding'],
  mode: PaddingMode,
): { readonly input: Value; readonly padding: WindowAttributes['padding'] } {
  if (mode === 'zeros' || padding.flat().every((side) => side === 0)) return { input, padding }
  return { input: scope.apply(pad, [input], { padding, mode, value: 0 }), padding: none }
}
