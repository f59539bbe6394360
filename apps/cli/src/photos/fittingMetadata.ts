import { bytes } from '../terminal/quantities.ts'
import { photoshopBlock } from './iptc.ts'
import type { PhotoMetadata } from './photo.ts'

/** Bytes that a JPEG segment holds: its length field counts itself and ends at 65535. */
export const LARGEST_SEGMENT = 65533

/** What stands in the JPEG segment of each. */
export const segmentPayload = {
  exif: (exif: Uint8Array) => joined(['Exif\0\0', exif]),
  xmp: (xmp: Uint8Array) => joined(['http://ns.adobe.com/xap/1.0/\0', xmp]),
  iptc: (record: Uint8Array) => photoshopBlock(record),
} as const

const NAMES = [
  ['exif', 'EXIF'],
  ['xmp', 'XMP'],
  ['iptc', 'IPTC record'],
] as const

/** The metadata that a format has room for, and sentences about what it has none for. */
export function fittingMetadata(
  format: 'jpeg' | 'png' | 'webp',
  metadata: PhotoMetadata,
): { readonly metadata: PhotoMetadata; readonly notes: readonly string[] } {
  const notes: string[] = []
  const fitting: { -readonly [Key in keyof PhotoMetadata]: PhotoMetadata[Key] } = { ...metadata }
  for (const [key, name] of NAMES) {
    const held = metadata[key]
    if (held === undefined) continue
    const why = reasonAgainst(format, key, held)
    if (why === undefined) continue
    delete fitting[key]
    notes.push(`the ${name} is left out: ${why}`)
  }
  return { metadata: fitting, notes }
}

function reasonAgainst(
  format: 'jpeg' | 'png' | 'webp',
  key: 'exif' | 'xmp' | 'iptc',
  held: Uint8Array,
): string | undefined {
  if (format !== 'jpeg') {
    const name = format === 'png' ? 'PNG' : 'WebP'
    return key === 'iptc' ? `${name} has no place for it; a .jpg has` : undefined
  }
  const { length } = segmentPayload[key](held)
  if (length <= LARGEST_SEGMENT) return undefined
  const better = key === 'iptc' ? '' : '; a .png or .webp holds all of it'
  return `it has ${bytes(held.length)}, and JPEG holds ${bytes(LARGEST_SEGMENT)}${better}`
}

/** Parts one behind the other; text as Latin-1. */
export function joined(parts: readonly (string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  )
}
