/** Columns that text takes, escape codes apart. Combining marks take none, wide East Asian letters two. */
export function textWidth(text: string): number {
  let width = 0
  for (const symbol of withoutCodes(text)) width += symbolWidth(symbol)
  return width
}

/** Text cut to at most `columns`, with an ellipsis where something is missing. Expects no escape codes. */
export function shorten(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  if (columns < 1) return ''
  let kept = ''
  let width = 0
  for (const symbol of text) {
    width += symbolWidth(symbol)
    if (width > columns - 1) break
    kept += symbol
  }
  return `${kept}…`
}

/** The same with the middle left out: names in a model, and of files, differ at their ends. */
export function shortenMiddle(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  const symbols = [...text]
  let tail = ''
  let width = 0
  for (let i = symbols.length - 1; i >= 0; i--) {
    const symbol = symbols[i] as string
    width += symbolWidth(symbol)
    if (width > (columns - 1) / 2) break
    tail = symbol + tail
  }
  return shorten(text, columns - textWidth(tail)) + tail
}

/** Text filled with spaces up to `columns`; escape codes are not counted. */
export function pad(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, columns - textWidth(text)))
  return side === 'left' ? text + space : space + text
}

/** Text without control characters: file and class names come from outside and are shown on a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '�')
}

function withoutCodes(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes begin with one
  return text.replace(/\u001b\[[0-9;]*m/g, '')
}

function symbolWidth(symbol: string): number {
  if (/^\p{M}|\u200d$/u.test(symbol)) return 0
  const code = symbol.codePointAt(0) ?? 0
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff)
  return wide ? 2 : 1
}
