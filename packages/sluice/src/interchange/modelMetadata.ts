import { parseBoundedJson } from '../formats/boundedJson.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { Shape } from '../foundation/shape.ts'
import type { TrainingRecord } from './modelFile.ts'

/** The parsed JSON of one metadata entry; undefined when there is none. */
export function jsonField(
  metadata: Readonly<Record<string, string>>,
  key: string,
  where: string,
): unknown {
  const text = metadata[key]
  return text === undefined ? undefined : parseBoundedJson(text, key, where)
}

export function readClasses(json: unknown, where: string): readonly string[] {
  const names = Array.isArray(json) ? json.filter((name): name is string => isName(name)) : []
  if (Array.isArray(json) && names.length === json.length) return names
  throw new SluiceError('format', 'the names of the classes are not usable', {
    where,
    expected: 'a list of names',
  })
}

export function readInputShape(json: unknown, where: string): Shape | undefined {
  if (json === undefined) return undefined
  const fits = (size: unknown): size is number =>
    typeof size === 'number' && Number.isSafeInteger(size) && size >= 1 && size <= 65536
  const sizes = Array.isArray(json) ? json.filter((size): size is number => fits(size)) : []
  if (Array.isArray(json) && json.length >= 1 && json.length <= 4 && sizes.length === json.length) {
    return sizes
  }
  throw new SluiceError('format', 'the shape of the input is not usable', {
    where,
    expected: 'one to four whole numbers, like [3, 8, 32, 32]',
  })
}

export function readTrainingRecord(json: unknown, where: string): TrainingRecord | undefined {
  if (json === undefined) return undefined
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json }
  throw new SluiceError('format', 'the training record is no object', { where })
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && name.length <= 1024
}
