import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { BenchRecord } from './record.ts'

const FOLDER = new URL('../../results/', import.meta.url)

/** The file of a record, from its name or the moment it was begun. */
export function recordName(nameOrDate: string): string {
  const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(nameOrDate)?.[0].replaceAll(':', '-')
  return `${date ?? nameOrDate}.json`
}

/** Writes the record all or not at all. */
export async function keepRecord(file: string, record: BenchRecord): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  const target = fileURLToPath(new URL(file, FOLDER))
  await writeFile(`${target}.part`, formatRecord(record))
  await rename(`${target}.part`, target)
}

export async function readRecord(name: string): Promise<BenchRecord | undefined> {
  const file = fileURLToPath(new URL(`${name}.json`, FOLDER))
  if (!existsSync(file)) return undefined
  const record: BenchRecord = JSON.parse(await readFile(file, 'utf8'))
  if (record.format !== 2) throw new Error(`${name}.json is of another format: measure it again`)
  return record
}

/** JSON as Biome would have it is too long for runs: lists of numbers stay on one line. */
export function formatRecord(record: BenchRecord): string {
  const text = JSON.stringify(record, null, 1)
  const flat = text.replace(/\[[\d\s.,eE+-]*(?:null[\d\s.,eE+-]*)*\]/g, (list) =>
    list.replace(/\s+/g, ' '),
  )
  return `${flat}\n`
}
