/**
 * EXIF without its thumbnail: a small copy of the picture as it was, which would go on showing what
 * was taken out of it. Its directory is unlinked and its bytes are zeroed; all else stays where it is.
 */
export function withoutThumbnail(exif: Uint8Array): Uint8Array {
  // Not `slice`: that of a Node Buffer shares the bytes, and its buffer begins elsewhere.
  const clean = Uint8Array.from(exif)
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
  for (const [starts, lengths] of PICTURE_BYTES) {
    const counts = thumbnail?.values.get(lengths) ?? []
    for (const [i, start] of (thumbnail?.values.get(starts) ?? []).entries()) {
      clean.fill(0, start, start + (counts[i] ?? 0))
    }
  }
  return clean
}

/** Some writers leave JPEG's marker `Exif\0\0` in front. */
export function withoutMarker(exif: Uint8Array): Uint8Array {
  const marked = exif[0] === 0x45 && exif[1] === 0x78 && exif[4] === 0
  return marked ? exif.subarray(6) : exif
}

/** Tags of where a directory's picture starts and how long it is: as a JPEG, or as strips of pixels. */
const PICTURE_BYTES = [
  [0x0201, 0x0202],
  [0x0111, 0x0117],
] as const

interface Directory {
  /** The values of each entry of 16-bit or 32-bit whole numbers. */
  readonly values: ReadonlyMap<number, readonly number[]>
  /** Where the offset of the next directory stands. */
  readonly link: number
}

function entriesAt(view: DataView, at: number, little: boolean): Directory | undefined {
  if (at + 2 > view.byteLength) return undefined
  const count = view.getUint16(at, little)
  const link = at + 2 + count * 12
  if (link > view.byteLength) return undefined
  const values = new Map<number, number[]>()
  for (let entry = at + 2; entry < link; entry += 12) {
    values.set(view.getUint16(entry, little), wholeNumbers(view, entry, little))
  }
  return { values, link }
}

const [SHORT, LONG] = [3, 4]

function wholeNumbers(view: DataView, entry: number, little: boolean): number[] {
  const type = view.getUint16(entry + 2, little)
  if (type !== SHORT && type !== LONG) return []
  const width = type === SHORT ? 2 : 4
  const count = view.getUint32(entry + 4, little)
  // What four bytes cannot hold stands elsewhere.
  const at = count * width <= 4 ? entry + 8 : view.getUint32(entry + 8, little)
  if (at + count * width > view.byteLength) return []
  return Array.from({ length: count }, (_, i) =>
    type === SHORT ? view.getUint16(at + 2 * i, little) : view.getUint32(at + 4 * i, little),
  )
}
