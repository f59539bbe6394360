import { SluiceError } from '../../foundation/errors.ts'

/** What may stand in an .npy header: a dictionary, tuples and lists, text, whole numbers, truth. */
export type PythonValue =
  | string
  | number
  | boolean
  | readonly PythonValue[]
  | ReadonlyMap<string, PythonValue>

/** Brackets inside one another; records of records need more than arrays, and are refused later. */
const deepest = 16

/**
 * Reads the one Python literal in a text, the part of `ast.literal_eval` that .npy headers use.
 * @throws SluiceError `format` for anything else, with the place
 */
export function parsePythonLiteral(text: string, where: string): PythonValue {
  return new LiteralReader(text, where).whole()
}

class LiteralReader {
  private readonly text: string
  private readonly where: string
  private at = 0

  constructor(text: string, where: string) {
    this.text = text
    this.where = where
  }

  whole(): PythonValue {
    const value = this.value(0)
    this.skipSpace()
    if (this.at !== this.text.length) throw this.wrong('the end')
    return value
  }

  private value(depth: number): PythonValue {
    if (depth > deepest) throw this.wrong('fewer brackets inside one another')
    this.skipSpace()
    const next = this.text[this.at] ?? ''
    if (next === '{') return this.dictionary(depth)
    if (next === '(') return this.sequence(')', depth)
    if (next === '[') return this.sequence(']', depth)
    if (next === "'" || next === '"') return this.string(next)
    return this.word()
  }

  private dictionary(depth: number): ReadonlyMap<string, PythonValue> {
    const entries = new Map<string, PythonValue>()
    this.at++
    while (!this.take('}')) {
      this.skipSpace()
      const quote = this.text[this.at] ?? ''
      if (quote !== "'" && quote !== '"') throw this.wrong('a name in quotes')
      const key = this.string(quote)
      if (entries.has(key)) throw this.wrong('every name once')
      if (!this.take(':')) throw this.wrong('":"')
      entries.set(key, this.value(depth + 1))
      if (this.take(',')) continue
      if (!this.take('}')) throw this.wrong('"," or "}"')
      break
    }
    return entries
  }

  private sequence(end: string, depth: number): PythonValue {
    const items: PythonValue[] = []
    this.at++
    let commas = 0
    while (!this.take(end)) {
      items.push(this.value(depth + 1))
      if (this.take(',')) {
        commas++
        continue
      }
      if (!this.take(end)) throw this.wrong(`"," or "${end}"`)
      break
    }
    // Brackets around one value without a comma do not make a tuple in Python.
    const [only] = items
    return end === ')' && commas === 0 && only !== undefined ? only : items
  }

  private string(quote: string): string {
    const end = this.text.indexOf(quote, this.at + 1)
    const content = end === -1 ? undefined : this.text.slice(this.at + 1, end)
    if (content === undefined || /[\\\n]/.test(content)) throw this.wrong('text in quotes')
    this.at = end + 1
    return content
  }

  private word(): PythonValue {
    // Python 2 wrote long numbers with an L behind.
    const pattern = /(True|False)\b|(\d{1,20})L?(?![\w.])/y
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found === null) throw this.wrong('a value')
    this.at = pattern.lastIndex
    return found[2] === undefined ? found[1] === 'True' : Number(found[2])
  }

  /** Takes a sign if it stands next. */
  private take(sign: string): boolean {
    this.skipSpace()
    if (this.text[this.at] !== sign) return false
    this.at++
    return true
  }

  private skipSpace(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? '')) this.at++
  }

  private wrong(expected: string): SluiceError {
    const rest = this.text.slice(this.at, this.at + 20)
    return new SluiceError('format', 'the header is not valid Python', {
      where: this.where,
      expected: `${expected} at character ${this.at + 1}`,
      received: rest === '' ? 'the end' : JSON.stringify(rest),
    })
  }
}
