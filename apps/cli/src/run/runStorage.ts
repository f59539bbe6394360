import { SluiceError } from 'sluice'
import { type Checkpoint, type EpochRecord, type RunStorage, readCheckpoint } from 'sluice/training'
import { shownPath } from '../files/paths.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'
import { Records } from './records.ts'
import type { RunFolder } from './runFolder.ts'

/** What a run trains on, as its configuration knows it. */
export interface Material {
  readonly kind: 'clips' | 'photos'
  readonly folder: string
  readonly fingerprint: string
}

/**
 * The training loop's storage in a run's folder. Where the material is given, a checkpoint of other clips or
 * photos is `refused`: that no option can mend.
 */
export function folderStorage(
  folder: RunFolder,
  terminal: Terminal,
  material?: Material,
): RunStorage {
  const records = new Records(folder.recordsPath)
  const parse = (bytes: Uint8Array, where: string): Uint8Array => {
    const { configuration } = readCheckpoint(bytes, where) satisfies Checkpoint
    if (material !== undefined) requireSameMaterial(configuration, material)
    return bytes
  }
  return {
    async saveCheckpoint(bytes) {
      folder.writeCheckpoint(bytes)
    },
    async loadCheckpoint() {
      return folder.readCheckpoint(parse, (path) => {
        terminal.warn(`${printable(path)} is damaged, and left out`)
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

function requireSameMaterial(
  configuration: Checkpoint['configuration'],
  { kind, folder, fingerprint }: Material,
): void {
  if (configuration[kind] === fingerprint) return
  throw new SluiceError('refused', `the ${kind} are not those that the run began with`, {
    where: shownPath(folder),
    received: 'some were added, removed, renamed or changed',
    fix: 'put them back as they were, or start a new run with another output',
  })
}
