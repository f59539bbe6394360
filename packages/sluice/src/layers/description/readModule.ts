import type { Module } from '../../engine/graph/module.ts'
import { SluiceError } from '../../foundation/errors.ts'
import { Fields } from './fields.ts'

/** Makes one type of module from its description; `child` reads the modules inside it. */
export type ModuleReader = (fields: Fields, child: ChildReader) => Module

/** Reads a description nested in another; `name` is its place, for errors. */
export type ChildReader = (json: unknown, name: string) => Module

/** The allow-list: only types in the table can be made, whatever a file asks for. */
export type ModuleTable = Readonly<Record<string, ModuleReader>>

/** Bounds on what a file may ask for: far above use, far below what would exhaust stack or memory. */
const limits = { depth: 24, modules: 4096 } as const

/**
 * Makes the module that a description (untrusted JSON) asks for.
 * @throws SluiceError `format`, `unsupported` or `limit`, naming the place inside the description
 */
export function readModule(json: unknown, table: ModuleTable, where: string): Module {
  let modules = 0
  const read = (description: unknown, place: string, depth: number): Module => {
    modules++
    if (depth > limits.depth || modules > limits.modules) {
      throw new SluiceError('limit', 'the model description is too large', {
        where: place,
        expected: `at most ${limits.depth} levels and ${limits.modules} modules`,
      })
    }
    const fields = new Fields(description, place)
    const type = fields.take('type')
    const reader = typeof type === 'string' && Object.hasOwn(table, type) ? table[type] : undefined
    if (reader === undefined) {
      throw new SluiceError('unsupported', `unknown type of module: ${JSON.stringify(type)}`, {
        where: place,
        expected: Object.keys(table).join(', '),
        fix: 'read this file with a newer version of Sluice',
      })
    }
    const module = asFormatError(place, () =>
      reader(fields, (child, name) => read(child, `${place}.${name}`, depth + 1)),
    )
    fields.done()
    return module
  }
  return read(json, where, 0)
}

/** Options that a layer refuses are the caller's mistake in code, but the file's mistake here. */
function asFormatError<T>(where: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'usage') throw error
    throw new SluiceError('format', error.message, { where, cause: error })
  }
}
