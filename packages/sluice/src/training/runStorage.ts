import type { EpochRecord } from './progress.ts'

/**
 * Where a run keeps its checkpoint and its records. The library does not know files: the command
 * line writes them so that a crash at any moment leaves the old or the new content.
 */
export interface RunStorage {
  /** Replaces the checkpoint, all or nothing. */
  saveCheckpoint(bytes: Uint8Array): Promise<void>
  /** The last checkpoint saved, if there is one. */
  loadCheckpoint(): Promise<Uint8Array | undefined>
  /** Adds one line to the records. */
  appendRecord(record: EpochRecord): Promise<void>
  /** Drops all records after the first `count`: those written after the checkpoint that a run goes on from. */
  keepRecords(count: number): Promise<void>
}

/** A storage that lives as long as the program. */
export class MemoryStorage implements RunStorage {
  checkpoint: Uint8Array | undefined
  records: EpochRecord[] = []

  async saveCheckpoint(bytes: Uint8Array): Promise<void> {
    this.checkpoint = bytes
  }

  async loadCheckpoint(): Promise<Uint8Array | undefined> {
    return this.checkpoint
  }

  async appendRecord(record: EpochRecord): Promise<void> {
    this.records.push(record)
  }

  async keepRecords(count: number): Promise<void> {
    this.records = this.records.slice(0, count)
  }
}
