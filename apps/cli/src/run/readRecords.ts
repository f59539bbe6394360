import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EpochRecord } from 'sluice/training'
import { runFolderOf } from './runFolder.ts'

/**
 * The epochs that a run recorded beside its model; none when there is no run there any more. A line
 * that is torn or foreign is passed over: a report is made of what can be read.
 */
export function readRecords(modelPath: string): EpochRecord[] {
  let text: string
  try {
    text = readFileSync(join(runFolderOf(modelPath), 'records.jsonl'), 'utf8')
  } catch {
    return []
  }
  return text.split('\n').flatMap((line) => {
    try {
      const record: unknown = JSON.parse(line)
      return isEpochRecord(record) ? [record] : []
    } catch {
      return []
    }
  })
}

/**
 * Whether records are those of the run that made a model: its last epoch is in the model file, too. A
 * model that was trained again elsewhere under the same name is not explained by another's curves.
 */
export function recordsMatch(
  records: readonly EpochRecord[],
  training: Readonly<Record<string, unknown>> | undefined,
): boolean {
  const last: unknown = training?.last
  const newest = records.at(-1)
  if (!isEpochRecord(last) || newest === undefined) return false
  return last.epoch === newest.epoch && last.trainLoss === newest.trainLoss
}

function isEpochRecord(value: unknown): value is EpochRecord {
  if (typeof value !== 'object' || value === null) return false
  const record: Partial<Record<keyof EpochRecord, unknown>> = value
  const optional = (field: unknown): boolean => field === undefined || typeof field === 'number'
  return (
    record.type === 'epoch' &&
    typeof record.epoch === 'number' &&
    typeof record.learningRate === 'number' &&
    typeof record.trainLoss === 'number' &&
    typeof record.trainAccuracy === 'number' &&
    optional(record.validLoss) &&
    optional(record.validAccuracy)
  )
}
