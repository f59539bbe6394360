import { type Checkpoint, type EpochRecord, type RunStorage, readCheckpoint } from 'sluice/training'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'
import { Records } from './records.ts'
import type { RunFolder } from './runFolder.ts'

/** The training loop's storage in a run's folder. */
export function folderStorage(folder: RunFolder, terminal: Terminal): RunStorage {
  const records = new Records(folder.recordsPath)
  const parse = (bytes: Uint8Array, where: string): Uint8Array => {
    readCheckpoint(bytes, where) satisfies Checkpoint
    return bytes
  }
  return {
    async saveCheckpoint(bytes) {
      folder.writeCheckpoint(bytes)
    },
    async loadCheckpoint() {
      return folder.readCheckpoint(parse, (path) => {
        terminal.warn(`${printable(path)} is damaged; going on from the one before it`)
      })
    },
    async appendRecord(record: EpochRecord) {
      records.append(record)
    },
    async keepRecords(count) {
      records.keep(count)
    },
  }
}
