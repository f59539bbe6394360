/**
 * The IPTC record (resource 0x0404) out of Photoshop's block of resources; the block may also hold a
 * thumbnail of the picture as it was, which is left behind. Undefined when there is none.
 */
export function iptcRecord(block: Uint8Array): Uint8Array | undefined {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  let at = startsWith(block, PHOTOSHOP) ? PHOTOSHOP.length : 0
  // Other readers hand the record over bare: it begins with its own marker.
  if (block[0] === 0x1c) return block
  while (at + 12 <= block.length && view.getUint32(at) === RESOURCE) {
    const id = view.getUint16(at + 4)
    // A name follows, its length first, padded to an even number of bytes.
    const size = at + 6 + ((block[at + 6] as number) + 2 - ((block[at + 6] as number) % 2))
    if (size + 4 > block.length) return undefined
    const length = view.getUint32(size)
    if (size + 4 + length > block.length) return undefined
    if (id === IPTC) return block.subarray(size + 4, size + 4 + length)
    at = size + 4 + length + (length % 2)
  }
  return undefined
}

/** The record as Photoshop's block of resources with nothing else in it, as JPEG keeps it. */
export function photoshopBlock(record: Uint8Array): Uint8Array {
  const head = PHOTOSHOP.length
  const block = new Uint8Array(head + 12 + record.length + (record.length % 2))
  const view = new DataView(block.buffer)
  for (let i = 0; i < head; i++) block[i] = PHOTOSHOP.charCodeAt(i)
  view.setUint32(head, RESOURCE)
  view.setUint16(head + 4, IPTC)
  view.setUint32(head + 8, record.length)
  block.set(record, head + 12)
  return block
}

const PHOTOSHOP = 'Photoshop 3.0\0'
/** `8BIM` */
const RESOURCE = 0x3842494d
const IPTC = 0x0404

function startsWith(block: Uint8Array, text: string): boolean {
  return [...text].every((letter, i) => block[i] === letter.charCodeAt(0))
}
