/**
 * Splits a TypeScript source into what a rule wants to look at, without a parser: the same text with
 * comments, or comments and the contents of strings, turned into blanks. Offsets and line breaks stay
 * where they were, so a match in the masked text is at its line in the file.
 */
export interface MaskedSource {
  /** Comments blanked, strings kept: for imports. */
  readonly withoutComments: string
  /** Comments, contents of strings and regular expressions blanked: for words of the language. */
  readonly code: string
}

const LINE_BREAK = '\n'
/** After these a slash begins a regular expression, after anything else it divides. */
const BEFORE_EXPRESSION = /(?:[=(,:;!&|?{}[+\-*%~^<>]|=>|\b(?:return|typeof|case|in|of|do|else))$/

export function maskSource(text: string): MaskedSource {
  const withoutComments = text.split('')
  const code = text.split('')
  const blank = (characters: string[], from: number, to: number) => {
    for (let i = from; i < to; i++) if (characters[i] !== LINE_BREAK) characters[i] = ' '
  }
  /** Depth of braces inside each open `${`, so that its closing brace is known. */
  const templates: number[] = []
  let i = 0
  while (i < text.length) {
    const character = text[i]
    const pair = text.slice(i, i + 2)
    if (pair === '//' || pair === '/*' || (i === 0 && pair === '#!')) {
      const end = pair === '/*' ? after(text, '*/', i + 2) : lineEnd(text, i)
      blank(withoutComments, i, end)
      blank(code, i, end)
      i = end
    } else if (character === "'" || character === '"') {
      const end = stringEnd(text, i, character)
      blank(code, i + 1, end - 1)
      i = end
    } else if (character === '`' || (character === '}' && templates.at(-1) === 0)) {
      if (character === '}') templates.pop()
      const { end, opens } = templateEnd(text, i + 1)
      blank(code, i + 1, opens ? end - 2 : end - 1)
      if (opens) templates.push(0)
      i = end
    } else if (character === '/' && startsExpression(code, i)) {
      const end = expressionEnd(text, i)
      blank(code, i + 1, end - 1)
      i = end
    } else {
      const depth = templates.length - 1
      if (character === '{' && depth >= 0) templates[depth] = (templates[depth] ?? 0) + 1
      if (character === '}' && depth >= 0) templates[depth] = (templates[depth] ?? 0) - 1
      i++
    }
  }
  return { withoutComments: withoutComments.join(''), code: code.join('') }
}

/** Line of an offset, counted from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (
    let i = text.indexOf(LINE_BREAK);
    i >= 0 && i < offset;
    i = text.indexOf(LINE_BREAK, i + 1)
  ) {
    line++
  }
  return line
}

function after(text: string, end: string, from: number): number {
  const found = text.indexOf(end, from)
  return found < 0 ? text.length : found + end.length
}

function lineEnd(text: string, from: number): number {
  const found = text.indexOf(LINE_BREAK, from)
  return found < 0 ? text.length : found
}

function stringEnd(text: string, start: number, quote: string): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === quote || text[i] === LINE_BREAK) return i + 1
  }
  return text.length
}

function templateEnd(text: string, start: number): { end: number; opens: boolean } {
  for (let i = start; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '`') return { end: i + 1, opens: false }
    else if (text[i] === '$' && text[i + 1] === '{') return { end: i + 2, opens: true }
  }
  return { end: text.length, opens: false }
}

function startsExpression(code: readonly string[], offset: number): boolean {
  const before = code
    .slice(Math.max(0, offset - 40), offset)
    .join('')
    .trimEnd()
  return before === '' || BEFORE_EXPRESSION.test(before)
}

function expressionEnd(text: string, start: number): number {
  let inClass = false
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === LINE_BREAK) return i
    else if (text[i] === '[') inClass = true
    else if (text[i] === ']') inClass = false
    else if (text[i] === '/' && !inClass) return i + 1
  }
  return text.length
}
