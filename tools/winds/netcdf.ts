/**
 * A reader of netCDF-3 classic files (the 32-bit-offset format "CDF\x01" and "CDF\x02", NetCDF User's
 * Guide, appendix B), as small as the winds need: numeric variables, with or without the record
 * dimension. Everything a file says is bounded before it is believed.
 */
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'

/** Bytes per value of each numeric type, and how one is read. Everything is stored big end first. */
const TYPES: Readonly<Record<number, { bytes: number; get: (v: DataView, at: number) => number }>> =
  {
    1: { bytes: 1, get: (view, at) => view.getInt8(at) },
    3: { bytes: 2, get: (view, at) => view.getInt16(at) },
    4: { bytes: 4, get: (view, at) => view.getInt32(at) },
    5: { bytes: 4, get: (view, at) => view.getFloat32(at) },
    6: { bytes: 8, get: (view, at) => view.getFloat64(at) },
  }
const CHARACTERS = 2
const DIMENSIONS = 10
const VARIABLES = 11
const ATTRIBUTES = 12
const LIMITS = { list: 4096, name: 1024, axes: 16, values: 2 ** 28 } as const

export interface NetcdfVariable {
  readonly name: string
  /** The record dimension, if it has one, comes first and counts the records there are. */
  readonly shape: readonly number[]
  readonly dimensions: readonly string[]
}

interface StoredVariable extends NetcdfVariable {
  readonly type: number
  readonly begin: number
  readonly records: boolean
  /** Bytes of one record, or of the whole variable, without padding. */
  readonly bytes: number
}

export class NetcdfFile {
  readonly variables: ReadonlyMap<string, NetcdfVariable>
  private readonly stored: ReadonlyMap<string, StoredVariable>
  private readonly view: DataView
  private readonly recordBytes: number
  private readonly where: string

  /** @throws SluiceError `format` or `limit`, naming `where` */
  constructor(bytes: Uint8Array, where: string) {
    const cursor = new Cursor(bytes, where)
    const { recordCount, variables } = readHeader(cursor)
    this.view = cursor.view
    this.where = where
    this.stored = new Map(variables.map((variable) => [variable.name, variable]))
    this.variables = this.stored
    const perRecord = variables.filter(({ records }) => records)
    // The one exception of the format: a lone record variable is not padded.
    this.recordBytes =
      perRecord.length === 1
        ? (perRecord[0]?.bytes ?? 0)
        : perRecord.reduce((sum, { bytes: each }) => sum + padded(each), 0)
    for (const variable of variables) {
      const repeats = variable.records ? Math.max(0, recordCount - 1) * this.recordBytes : 0
      const end = variable.begin + repeats + variable.bytes
      const empty = variable.shape.includes(0)
      if (!empty && !(end <= bytes.length)) {
        throw cursor.wrong(
          `${variable.name} ends beyond the file`,
          `${end} of ${bytes.length} bytes`,
        )
      }
    }
  }

  /** All values of a variable, row-major. @throws SluiceError `missing`, `limit` or `unsupported` */
  read(name: string): Float64Array {
    const variable = this.stored.get(name)
    if (variable === undefined) {
      throw new SluiceError('missing', `there is no variable "${name}"`, {
        where: this.where,
        expected: [...this.variables.keys()].join(', '),
      })
    }
    const type = TYPES[variable.type]
    if (type === undefined) {
      throw new SluiceError('unsupported', `the variable "${name}" is text`, { where: this.where })
    }
    const count = variable.shape.reduce((product, size) => product * size, 1)
    if (count > LIMITS.values) {
      throw new SluiceError('limit', `the variable "${name}" is too large`, {
        where: this.where,
        expected: `at most ${LIMITS.values} values`,
        received: String(count),
      })
    }
    const values = new Float64Array(count)
    const perRecord = variable.records ? variable.bytes / type.bytes : count
    for (let i = 0; i < count; i++) {
      const record = Math.floor(i / perRecord)
      const at = variable.begin + record * this.recordBytes + (i - record * perRecord) * type.bytes
      values[i] = type.get(this.view, at)
    }
    return values
  }
}

function readHeader(cursor: Cursor): {
  readonly recordCount: number
  readonly variables: readonly StoredVariable[]
} {
  const version = cursor.magic()
  const recordCount = cursor.whole('the number of records', 2 ** 31 - 1)
  const dimensions = cursor.list(DIMENSIONS, () => ({
    name: cursor.name(),
    size: cursor.whole('the size of a dimension', 2 ** 31 - 1),
  }))
  cursor.skipAttributes()
  const variables = cursor.list(VARIABLES, () => {
    const name = cursor.name()
    const rank = cursor.whole(`the number of axes of ${name}`, LIMITS.axes)
    const axes = Array.from({ length: rank }, () => {
      const index = cursor.whole(`an axis of ${name}`, Math.max(0, dimensions.length - 1))
      return dimensions[index] ?? cursor.fail(`${name} has an axis that is no dimension`)
    })
    cursor.skipAttributes()
    const type = cursor.whole(`the type of ${name}`, 6)
    const valueBytes = type === CHARACTERS ? 1 : TYPES[type]?.bytes
    if (valueBytes === undefined) throw cursor.wrong(`${name} has no known type`, String(type))
    // The stored size is redundant, and wrong in large files: it follows from the shape.
    cursor.skip(4)
    const begin = version === 1 ? cursor.whole(`where ${name} begins`, 2 ** 31 - 1) : cursor.long()
    const records = axes[0]?.size === 0
    const fixed = records ? axes.slice(1) : axes
    const bytes = fixed.reduce((product, { size }) => product * size, valueBytes)
    const shape = [...(records ? [recordCount] : []), ...fixed.map(({ size }) => size)]
    return { name, shape, dimensions: axes.map((axis) => axis.name), type, begin, records, bytes }
  })
  return { recordCount, variables }
}

const padded = (bytes: number) => Math.ceil(bytes / 4) * 4

/** Walks the header; every step stays within the file. */
class Cursor {
  readonly view: DataView
  private readonly bytes: Uint8Array
  private readonly where: string
  private at = 0

  constructor(bytes: Uint8Array, where: string) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.where = where
  }

  /** The version of the format, 1 or 2. */
  magic(): number {
    const [c, d, f, version = 0] = this.take(4)
    if (c === 0x43 && d === 0x44 && f === 0x46 && (version === 1 || version === 2)) return version
    throw this.wrong('not a netCDF-3 classic file', 'other first bytes', 'CDF\\x01 or CDF\\x02')
  }

  whole(what: string, most: number): number {
    const value = this.view.getUint32(this.skip(4))
    if (value > most) throw this.wrong(`${what} is out of bounds`, String(value), `up to ${most}`)
    return value
  }

  long(): number {
    const value = Number(this.view.getBigUint64(this.skip(8)))
    if (Number.isSafeInteger(value)) return value
    throw this.wrong('a variable begins beyond any file', String(value))
  }

  name(): string {
    const length = this.whole('the length of a name', LIMITS.name)
    const text = new TextDecoder().decode(this.take(length))
    this.skip(padded(length) - length)
    return text
  }

  list<T>(tag: number, read: () => T): T[] {
    const found = this.whole('a tag', 255)
    const count = this.whole('the length of a list', LIMITS.list)
    if (found !== tag && !(found === 0 && count === 0)) {
      throw this.wrong('a list of the wrong kind', String(found), String(tag))
    }
    return Array.from({ length: count }, read)
  }

  skipAttributes(): void {
    this.list(ATTRIBUTES, () => {
      const name = this.name()
      const type = this.whole(`the type of ${name}`, 6)
      const each = type === CHARACTERS ? 1 : TYPES[type]?.bytes
      if (each === undefined) throw this.wrong(`${name} has no known type`, String(type))
      this.skip(padded(each * this.whole(`the length of ${name}`, 2 ** 24)))
    })
  }

  /** Moves on; returns where it was. */
  skip(bytes: number): number {
    const before = this.at
    if (before + bytes > this.bytes.length) {
      throw this.wrong('the file ends in its header', `${this.bytes.length} bytes`)
    }
    this.at += bytes
    return before
  }

  fail(message: string): never {
    throw this.wrong(message, `at byte ${this.at}`)
  }

  wrong(message: string, received: string, expected?: string): SluiceError {
    const facts = { where: this.where, received, ...(expected === undefined ? {} : { expected }) }
    return new SluiceError('format', message, facts)
  }

  private take(length: number): Uint8Array {
    const at = this.skip(length)
    return this.bytes.subarray(at, at + length)
  }
}
