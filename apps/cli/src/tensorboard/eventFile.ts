import { closeSync, openSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { makeFolder, writeFully } from '../files/atomicFile.ts'
import { maskedCrc32c } from './crc32c.ts'
import { eventMessage, type TensorBoardEvent } from './eventMessage.ts'

/** One record of a TFRecord file: length, its checksum, the bytes, their checksum. */
export function tfRecord(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(bytes.length + 16)
  const view = new DataView(record.buffer)
  view.setUint32(0, bytes.length, true)
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true)
  record.set(bytes, 12)
  view.setUint32(12 + bytes.length, maskedCrc32c(bytes), true)
  return record
}

/**
 * A file of events in a folder that TensorBoard watches. Every process writes one of its own; readers
 * take the files of a folder in the order of their names, which begin with the time. An event is
 * written whole, at once, so a kill leaves at most one cut record, which readers skip.
 */
export class EventFile implements Disposable {
  private readonly file: number

  /** Makes the folder and a new file in it. */
  constructor(folder: string) {
    makeFolder(folder)
    const name = `events.out.tfevents.${seconds().toFixed(6)}.${hostname()}.${process.pid}.sluice`
    this.file = openSync(join(folder, name), 'ax')
    this.add({ step: 0, fileVersion: 'brain.Event:2' })
  }

  /** Appends an event, at the time it is now. */
  add(event: Omit<TensorBoardEvent, 'wallTime'>): void {
    writeFully(this.file, tfRecord(eventMessage({ wallTime: seconds(), ...event })))
  }

  [Symbol.dispose](): void {
    closeSync(this.file)
  }
}

/** Now, in seconds since 1970. */
function seconds(): number {
  return Date.now() / 1000
}
