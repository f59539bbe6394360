/**
 * EXIF without its thumbnail: a small copy of the picture as it was, which would go on showing what
 * was taken out of it. Its directory is unlinked and its bytes are zeroed; all else stays where it is.
 */
export function withoutThumbnail(exif: Uint8Array): Uint8Array {
  const clean = exif.slice()
  const view = new DataView(clean.buffer)
  const order = view.byteLength >= 8 ? view.getUint16(0) : 0
  if (order !== 0x4949 && order !== 0x4d4d) return clean
  const little = order === 0x4949
  const first = entriesAt(view, view.getUint32(4, little), little)
  if (first === undefined || first.link + 4 > view.byteLength) return clean
  const second = view.getUint32(first.link, little)
  if (second === 0) return clean
  view.setUint32(first.link, 0, little)
  const thumbnail = entriesAt(view, second, little)
  const start = thumbnail?.values.get(JPEG_START)
  const length = thumbnail?.values.get(JPEG_LENGTH)
  if (start !== undefined && length !== undefined) clean.fill(0, start, start + length)
  return clean
}

/** Some writers leave JPEG's marker `Exif\0\0` in front. */
export function withoutMarker(exif: Uint8Array): Uint8Array {
  const marked = exif[0] === 0x45 && exif[1] === 0x78 && exif[4] === 0
  return marked ? exif.subarray(6) : exif
}

const JPEG_START = 0x0201
const JPEG_LENGTH = 0x0202

interface Directory {
  /** The first value of each entry, read as 32 bits. */
  readonly values: ReadonlyMap<number, number>
  /** Where the offset of the next directory stands. */
  readonly link: number
}

function entriesAt(view: DataView, at: number, little: boolean): Directory | undefined {
  if (at + 2 > view.byteLength) return undefined
  const count = view.getUint16(at, little)
  const link = at + 2 + count * 12
  if (link > view.byteLength) return undefined
  const values = new Map<number, number>()
  for (let entry = at + 2; entry < link; entry += 12) {
    values.set(view.getUint16(entry, little), view.getUint32(entry + 8, little))
  }
  return { values, link }
}
