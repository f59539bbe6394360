/** How a piece of text may stand out. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Puts styles on text, or leaves it plain. */
export type Paint = (style: Style, text: string) => string

/** Select Graphic Rendition codes (ECMA-48): on, off. Here because `styleText` is younger than Node 20.19's type declarations. */
const CODES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
}

export const plain: Paint = (_style, text) => text

export const coloured: Paint = (style, text) => {
  const [on, off] = CODES[style]
  return `\u001b[${on}m${text}\u001b[${off}m`
}

/**
 * Colours for a stream: only a terminal gets them, never with NO_COLOR set (https://no-color.org) or
 * a terminal that cannot show them; FORCE_COLOR asks for them anyway.
 */
export function paintFor(
  stream: { readonly isTTY?: boolean | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): Paint {
  if ((environment.NO_COLOR ?? '') !== '') return plain
  const forced = environment.FORCE_COLOR ?? ''
  if (forced !== '' && forced !== '0') return coloured
  return stream.isTTY === true && environment.TERM !== 'dumb' ? coloured : plain
}
