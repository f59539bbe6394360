import { SluiceError } from '../../foundation/errors.ts'
import { quoteName } from '../tensorBytes.ts'

/**
 * JSON as the safetensors header needs it. `JSON.parse` silently keeps the last of two equal keys;
 * the specification disallows duplicates, and two readers that disagree about a tensor's place are
 * a way to smuggle one past the other. Objects become Maps, so no key can reach a prototype.
 */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | ReadonlyMap<string, JsonValue>

/** The header's grammar needs three levels; the rest is room for fields of the future. */
const deepest = 16

const wholeNumber = /^-?(?:0|[1-9][0-9]{0,19})$/
const loneSurrogate = /\p{Surrogate}/u

/** Parses one JSON text. Throws `format` with the position where it stops being JSON. */
export function parseStrictJson(text: string, where: string): JsonValue {
  const parser = new Parser(text, where)
  const value = parser.value(0)
  parser.end()
  return value
}

class Parser {
  private at = 0
  private readonly text: string
  private readonly where: string

  constructor(text: string, where: string) {
    this.text = text
    this.where = where
  }

  value(depth: number): JsonValue {
    if (depth > deepest) throw this.error(`the JSON is nested deeper than ${deepest} levels`)
    this.skip()
    const first = this.text[this.at]
    if (first === '{') return this.object(depth)
    if (first === '[') return this.array(depth)
    if (first === '"') return this.string()
    if (this.word('true')) return true
    if (this.word('false')) return false
    if (this.word('null')) return null
    return this.number()
  }

  end(): void {
    this.skip()
    if (this.at !== this.text.length) throw this.error('something follows the JSON object')
  }

  private object(depth: number): ReadonlyMap<string, JsonValue> {
    const entries = new Map<string, JsonValue>()
    this.at++
    if (this.closes('}')) return entries
    do {
      this.skip()
      const key = this.string()
      if (entries.has(key)) throw this.error(`the key ${quoteName(key)} occurs twice`)
      this.skip()
      if (!this.word(':')) throw this.error('a ":" is missing')
      entries.set(key, this.value(depth + 1))
    } while (this.continues('}'))
    return entries
  }

  private array(depth: number): readonly JsonValue[] {
    const items: JsonValue[] = []
    this.at++
    if (this.closes(']')) return items
    do items.push(this.value(depth + 1))
    while (this.continues(']'))
    return items
  }

  // Strings and numbers are scanned by hand: a regular expression may run out of its own stack on
  // a hostile text of many megabytes, and would throw an error that is not ours.
  private string(): string {
    const start = this.at
    if (this.text[start] !== '"') throw this.error('a string is missing')
    let end = start + 1
    let code = this.text.charCodeAt(end)
    while (end < this.text.length && code !== quote) {
      end += code === backslash ? 2 : 1
      code = this.text.charCodeAt(end)
    }
    if (end >= this.text.length) throw this.error('a string does not end')
    const value = this.unescape(this.text.slice(start, end + 1))
    this.at = end + 1
    return value
  }

  private unescape(quoted: string): string {
    let value: unknown
    try {
      value = JSON.parse(quoted)
    } catch {
      throw this.error('a string is not valid JSON')
    }
    if (typeof value !== 'string' || loneSurrogate.test(value)) {
      throw this.error('a string holds half a surrogate pair')
    }
    return value
  }

  /** Every number the specification knows is a whole one; the reference refuses `1.0` as well. */
  private number(): number {
    let end = this.at
    while (isNumberCharacter(this.text.charCodeAt(end))) end++
    if (end === this.at) throw this.error('the header is not valid JSON')
    const digits = this.text.slice(this.at, Math.min(end, this.at + 24))
    if (!wholeNumber.test(digits)) throw this.error('a number is not a whole number')
    this.at = end
    return Number(digits)
  }

  private closes(bracket: string): boolean {
    this.skip()
    return this.word(bracket)
  }

  private continues(bracket: string): boolean {
    this.skip()
    if (this.word(',')) return true
    if (this.word(bracket)) return false
    throw this.error(`a "," or "${bracket}" is missing`)
  }

  private word(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false
    this.at += word.length
    return true
  }

  private skip(): void {
    while (isWhitespace(this.text.charCodeAt(this.at))) this.at++
  }

  private error(message: string): SluiceError {
    return new SluiceError('format', `${message} (at character ${this.at} of the header)`, {
      where: this.where,
      received: JSON.stringify(this.text.slice(this.at, this.at + 40)),
    })
  }
}

const quote = 0x22
const backslash = 0x5c

function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

/** Digits, signs, the point and the exponent's letter. */
function isNumberCharacter(code: number): boolean {
  const digit = code >= 0x30 && code <= 0x39
  return digit || code === 0x2d || code === 0x2b || code === 0x2e || code === 0x65 || code === 0x45
}
