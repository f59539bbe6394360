import { SluiceError } from '../foundation/errors.ts'

/** Far above what any description needs; far below what would exhaust the stack of whoever walks it. */
const deepest = 256

/**
 * The value of a JSON text from a file.
 * @throws SluiceError `format` when it is no JSON, `limit` when it is nested too deeply
 */
export function parseBoundedJson(text: string, name: string, where: string): unknown {
  if (nestsDeeper(text, deepest)) {
    throw new SluiceError('limit', `${name} is nested too deeply`, {
      where,
      expected: `at most ${deepest} levels`,
    })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SluiceError('format', `${name} is no JSON`, { where, cause })
  }
}

/** Counts brackets outside strings, without parsing. */
function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]
    if (inString && sign === '\\') i++
    else if (sign === '"') inString = !inString
    else if (inString) continue
    else if (sign === '[' || sign === '{') depth++
    else if (sign === ']' || sign === '}') depth--
    if (depth > limit) return true
  }
  return false
}
