import { SluiceError } from '../../foundation/errors.ts'
import type { Split } from '../dataset.ts'
import { parseCsv } from './csv.ts'
import { decodeText } from './decodeText.ts'

/** A row of a list of clips. */
export interface ListedClip {
  /** In the file, counted from 1. */
  readonly line: number
  /** As written: relative to the list's folder, or absolute. */
  readonly path: string
  readonly label: string
  /** Where the clip begins: seconds of a video, steps of an array. */
  readonly start?: number
  readonly end?: number
  /** Clips of one group (a person, a place, a recording) are never divided between splits. */
  readonly group?: string
  readonly split?: Split
}

/** A list of clips. */
export interface ClipList {
  readonly clips: readonly ListedClip[]
  /** Columns that mean nothing here. */
  readonly otherColumns: readonly string[]
}

const COLUMNS = ['path', 'label', 'start', 'end', 'group', 'split'] as const
type Column = (typeof COLUMNS)[number]

/** What people call the parts of a data set. */
export const splitNames: ReadonlyMap<string, Split> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['valid', 'valid'],
  ['val', 'valid'],
  ['validation', 'valid'],
  ['test', 'test'],
  ['testing', 'test'],
])

/**
 * Reads a CSV list of clips. The first row names the columns: `path` and `label`, and as needed `start`,
 * `end`, `group` and `split`, in any order. Spaces around cells do not count.
 * @param where what to call the file in errors, which add line and column
 * @throws SluiceError `format`, `data` or `limit`
 */
export function readClipList(bytes: Uint8Array, where: string): ClipList {
  const rows = parseCsv(decodeText(bytes, where), where)
  const first = rows.next()
  if (first.done === true) {
    throw new SluiceError('data', 'the list is empty', { where, expected: HEADER })
  }
  const { columns, otherColumns } = readHeader(first.value.cells, where)
  const clips: ListedClip[] = []
  for (const { line, cells } of rows) clips.push(readRow(line, cells, columns, where))
  if (clips.length === 0) {
    throw new SluiceError('data', 'the list names no clips', { where, received: 'a header alone' })
  }
  const without = clips.find(({ split }) => split === undefined)
  if (without !== undefined && clips.some(({ split }) => split !== undefined)) {
    throw new SluiceError('data', 'some clips have a split and others none', {
      where: `${where}, line ${without.line}, column "split"`,
      expected: 'train, valid or test in every row, or in none',
    })
  }
  return { clips, otherColumns }
}

const HEADER = 'a header such as path,label or path,label,start,end,group'

interface Header {
  readonly columns: ReadonlyMap<Column, number>
  readonly otherColumns: readonly string[]
}

function readHeader(cells: readonly string[], where: string): Header {
  const columns = new Map<Column, number>()
  const otherColumns: string[] = []
  cells.forEach((cell, index) => {
    const name = cell.trim().toLowerCase()
    const column = COLUMNS.find((known) => known === name)
    if (column === undefined) otherColumns.push(cell.trim())
    else if (columns.has(column)) {
      throw new SluiceError('format', `two columns are called "${column}"`, {
        where: `${where}, line 1`,
      })
    } else columns.set(column, index)
  })
  const missing = (['path', 'label'] as const).filter((name) => !columns.has(name))
  if (missing.length === 0) return { columns, otherColumns }
  const [only = ''] = cells
  const separator = cells.length === 1 ? /[;\t|]/.exec(only)?.[0] : undefined
  throw new SluiceError('format', `the header has no column "${missing.join('" and no "')}"`, {
    where: `${where}, line 1`,
    expected: HEADER,
    received: cells.join(',').slice(0, 200),
    ...(separator === undefined
      ? {}
      : { fix: `save it with commas between the cells, not ${JSON.stringify(separator)}` }),
  })
}

function readRow(
  line: number,
  cells: readonly string[],
  columns: ReadonlyMap<Column, number>,
  where: string,
): ListedClip {
  const cell = (column: Column): string | undefined => {
    const index = columns.get(column)
    const text = index === undefined ? undefined : cells[index]?.trim()
    return text === '' ? undefined : text
  }
  const wrong = (column: Column, expected: string): SluiceError =>
    new SluiceError('data', `not a usable ${column}`, {
      where: `${where}, line ${line}, column "${column}"`,
      expected,
      received: cell(column) === undefined ? 'an empty cell' : JSON.stringify(cell(column)),
    })
  const time = (column: 'start' | 'end'): number | undefined => {
    const text = cell(column)
    if (text === undefined) return undefined
    if (!/^\d{1,12}(\.\d{1,12})?$/.test(text)) {
      throw wrong(column, 'seconds of a video or steps of an array, such as 1.5')
    }
    return Number(text)
  }
  const [path, label, group] = [cell('path'), cell('label'), cell('group')]
  if (path === undefined) throw wrong('path', 'a file or folder')
  if (label === undefined) throw wrong('label', 'the name of a class')
  const [start, end] = [time('start'), time('end')]
  if (end !== undefined && end <= (start ?? 0)) throw wrong('end', `more than ${start ?? 0}`)
  const named = cell('split')
  const split = named === undefined ? undefined : splitNames.get(named.toLowerCase())
  if (named !== undefined && split === undefined) throw wrong('split', 'train, valid or test')
  return {
    ...{ line, path, label },
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(group === undefined ? {} : { group }),
    ...(split === undefined ? {} : { split }),
  }
}
