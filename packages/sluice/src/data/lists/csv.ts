import { SluiceError } from '../../foundation/errors.ts'

/** One row of a table: where it begins in the file, and its cells. */
export interface CsvRow {
  /** Counted from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/** Far above what a list of clips needs, far below what exhausts memory. */
export const csvLimits = {
  bytes: 256 * 2 ** 20,
  rows: 2_000_000,
  columns: 1000,
  cell: 65536,
} as const

/**
 * Reads comma-separated values (RFC 4180): cells between commas, quoted where they hold commas, quotes
 * (doubled) or line breaks. Lines end with CR LF, LF or CR; a byte order mark and empty lines are
 * passed over. Every row must have as many cells as the first.
 * @param where what to call the file in errors, which add the line
 * @throws SluiceError `format` or `limit`
 */
export function* parseCsv(text: string, where: string): Generator<CsvRow, void, undefined> {
  if (text.length > csvLimits.bytes) {
    throw limit(where, `${text.length} characters`, csvLimits.bytes)
  }
  const reader = new CsvReader(text, where)
  let columns: number | undefined
  let rows = 0
  for (let row = reader.row(); row !== undefined; row = reader.row()) {
    columns ??= row.cells.length
    if (row.cells.length !== columns) {
      throw new SluiceError('format', 'a row with another number of cells than the header', {
        where: `${where}, line ${row.line}`,
        expected: String(columns),
        received: String(row.cells.length),
        fix: 'put cells that hold commas in double quotes',
      })
    }
    rows++
    if (rows > csvLimits.rows) throw limit(where, 'more rows', csvLimits.rows)
    yield row
  }
}

/** A stretch of a cell without quotes. */
const PLAIN = /[^",\r\n]*/y

class CsvReader {
  private readonly text: string
  private readonly where: string
  private at: number
  private line = 1

  constructor(text: string, where: string) {
    this.text = text
    this.where = where
    this.at = text.startsWith('\uFEFF') ? 1 : 0
  }

  /** The next row that is not empty; undefined at the end. */
  row(): CsvRow | undefined {
    while (this.at < this.text.length && this.endOfLine()) {
      // An empty line.
    }
    if (this.at >= this.text.length) return undefined
    const { line } = this
    const cells: string[] = []
    for (;;) {
      cells.push(this.text[this.at] === '"' ? this.quoted() : this.plain())
      if (cells.length > csvLimits.columns)
        throw limit(this.place(), 'more columns', csvLimits.columns)
      if (this.text[this.at] === ',') this.at++
      else break
    }
    if (this.at < this.text.length && !this.endOfLine()) {
      throw this.wrong('text behind the closing quote of a cell')
    }
    return { line, cells }
  }

  private plain(): string {
    const from = this.at
    PLAIN.lastIndex = from
    this.at += PLAIN.exec(this.text)?.[0].length ?? 0
    if (this.text[this.at] === '"') throw this.wrong('a quote inside a cell without quotes')
    return this.checked(this.text.slice(from, this.at))
  }

  private quoted(): string {
    const begun = this.place()
    const parts: string[] = []
    this.at++
    for (;;) {
      const end = this.text.indexOf('"', this.at)
      if (end === -1) {
        throw new SluiceError('format', 'a quote that is never closed', {
          where: begun,
          fix: 'close it, or double the quotes that are part of the text',
        })
      }
      const part = this.text.slice(this.at, end)
      this.line += part.split(/\r\n|\r|\n/).length - 1
      parts.push(part)
      this.at = end + 1
      if (this.text[this.at] !== '"') return this.checked(parts.join('"'))
      this.at++
    }
  }

  private checked(cell: string): string {
    if (cell.includes('\0')) throw this.wrong('a zero byte: this is no text')
    if (cell.length > csvLimits.cell) {
      throw limit(this.place(), `a cell of ${cell.length} characters`, csvLimits.cell)
    }
    return cell
  }

  /** Takes a line break if one stands next. */
  private endOfLine(): boolean {
    const next = this.text[this.at]
    if (next !== '\r' && next !== '\n') return false
    this.at += next === '\r' && this.text[this.at + 1] === '\n' ? 2 : 1
    this.line++
    return true
  }

  private place(): string {
    return `${this.where}, line ${this.line}`
  }

  private wrong(message: string): SluiceError {
    return new SluiceError('format', message, {
      where: this.place(),
      received: JSON.stringify(this.text.slice(Math.max(0, this.at - 20), this.at + 20)),
      fix: 'put the whole cell in double quotes, and double the quotes inside',
    })
  }
}

function limit(where: string, received: string, most: number): SluiceError {
  return new SluiceError('limit', 'the list is too large', {
    where,
    expected: `up to ${most}`,
    received,
  })
}
