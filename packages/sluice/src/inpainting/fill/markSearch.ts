const NONE = new Uint32Array()

/**
 * Finds the bytes that are not 0, four at a time where they are far apart: masks are as large as photos
 * and mostly empty.
 */
export class MarkSearch {
  private readonly bytes: Uint8Array
  private readonly words: Uint32Array
  /** Bytes in front of the first whole word. */
  private readonly lead: number

  constructor(bytes: Uint8Array) {
    const { buffer, byteOffset, length } = bytes
    this.bytes = bytes
    this.lead = -byteOffset & 3
    const words = (length - this.lead) >> 2
    this.words = words > 0 ? new Uint32Array(buffer, byteOffset + this.lead, words) : NONE
  }

  /** The first byte from `from` on that is not 0, or `end`. */
  next(from: number, end: number): number {
    const { bytes, words, lead } = this
    let at = from
    for (; at < end && ((at - lead) & 3) !== 0; at++) if (bytes[at] !== 0) return at
    const last = (end - lead) >> 2
    let word = (at - lead) >> 2
    while (word < last && words[word] === 0) word++
    at = Math.max(at, lead + word * 4)
    while (at < end && bytes[at] === 0) at++
    return at
  }
}
