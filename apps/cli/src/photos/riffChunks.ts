/** One chunk of a RIFF file such as WebP: four letters and what it holds. */
export interface RiffChunk {
  readonly type: string
  readonly data: Uint8Array
}

/** The chunks of a RIFF file, until the end or until the bytes stop making sense. */
export function* riffChunks(file: Uint8Array): Generator<RiffChunk> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  for (let at = 12; at + 8 <= file.length; ) {
    const length = view.getUint32(at + 4, true)
    if (at + 8 + length > file.length) return
    const type = String.fromCharCode(...file.subarray(at, at + 4))
    yield { type, data: file.subarray(at + 8, at + 8 + length) }
    at += 8 + length + (length % 2)
  }
}

/** A WebP file of these chunks. */
export function webpFile(chunks: readonly RiffChunk[]): Uint8Array {
  const size = chunks.reduce((sum, { data }) => sum + 8 + data.length + (data.length % 2), 12)
  const file = new Uint8Array(size)
  const view = new DataView(file.buffer)
  letters(file, 0, 'RIFF')
  view.setUint32(4, size - 8, true)
  letters(file, 8, 'WEBP')
  let at = 12
  for (const { type, data } of chunks) {
    letters(file, at, type)
    view.setUint32(at + 4, data.length, true)
    file.set(data, at + 8)
    at += 8 + data.length + (data.length % 2)
  }
  return file
}

function letters(file: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) file[at + i] = text.charCodeAt(i)
}
