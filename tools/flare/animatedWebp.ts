/**
 * Lossless animated WebP with exactly one stored frame per frame given. The usual encoder merges
 * equal neighbours into one longer frame, so that a still clip would have fewer frames than a lively
 * one: a hint at the label. Here every frame is stored, reduced to the rectangle that changed.
 *
 * Container: https://developers.google.com/speed/webp/docs/riff_container
 */
import sharp from 'sharp'
import { invariant, present } from '../../packages/sluice/src/foundation/invariant.ts'

interface Rectangle {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

const ANIMATION_FLAG = 0x02
const REPLACE_NOT_BLEND = 0x02

/** @param frames RGB, 3·size² bytes each  @param delayMs how long each is shown  @returns the file */
export async function encodeAnimatedWebp(
  frames: readonly Uint8Array[],
  size: number,
  delayMs: number,
): Promise<Buffer> {
  const chunks = [chunk('VP8X', extendedHeader(size)), chunk('ANIM', Buffer.alloc(6))]
  for (const [index, frame] of frames.entries()) {
    const changed = changedRectangle(frames[index - 1], frame, size)
    const image = await encodeStill(frame, size, changed)
    chunks.push(chunk('ANMF', Buffer.concat([frameHeader(changed, delayMs), image])))
  }
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]))
}

/** The smallest rectangle with every changed pixel; its corner is even, as the format stores halves. */
export function changedRectangle(
  before: Uint8Array | undefined,
  after: Uint8Array,
  size: number,
): Rectangle {
  if (before === undefined) return { left: 0, top: 0, width: size, height: size }
  let left = size
  let top = size
  let right = -1
  let bottom = -1
  for (let pixel = 0; pixel < size * size; pixel++) {
    const at = pixel * 3
    const same =
      before[at] === after[at] &&
      before[at + 1] === after[at + 1] &&
      before[at + 2] === after[at + 2]
    if (same) continue
    const x = pixel % size
    const y = (pixel - x) / size
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  if (right < 0) return { left: 0, top: 0, width: 1, height: 1 }
  left -= left % 2
  top -= top % 2
  return { left, top, width: right - left + 1, height: bottom - top + 1 }
}

/** @returns the VP8L chunk of a lossless still, with its header */
async function encodeStill(frame: Uint8Array, size: number, part: Rectangle): Promise<Buffer> {
  const file = await sharp(frame, { raw: { width: size, height: size, channels: 3 } })
    .extract(part)
    .webp({ lossless: true, effort: 6 })
    .toBuffer()
  for (let at = 12; at < file.length; ) {
    const length = 8 + file.readUInt32LE(at + 4)
    if (file.toString('latin1', at, at + 4) === 'VP8L') {
      return file.subarray(at, at + length + (length % 2))
    }
    at += length + (length % 2)
  }
  return present(undefined, 'a VP8L chunk in a lossless WebP')
}

function extendedHeader(size: number): Buffer {
  const header = Buffer.alloc(10)
  header.writeUInt8(ANIMATION_FLAG, 0)
  header.writeUIntLE(size - 1, 4, 3)
  header.writeUIntLE(size - 1, 7, 3)
  return header
}

function frameHeader({ left, top, width, height }: Rectangle, delayMs: number): Buffer {
  const header = Buffer.alloc(16)
  header.writeUIntLE(left / 2, 0, 3)
  header.writeUIntLE(top / 2, 3, 3)
  header.writeUIntLE(width - 1, 6, 3)
  header.writeUIntLE(height - 1, 9, 3)
  header.writeUIntLE(delayMs, 12, 3)
  header.writeUInt8(REPLACE_NOT_BLEND, 15)
  return header
}

function chunk(name: string, body: Buffer): Buffer {
  invariant(name.length === 4, 'a chunk name has four letters')
  const header = Buffer.alloc(8, name, 'latin1')
  header.writeUInt32LE(body.length, 4)
  return Buffer.concat([header, body, Buffer.alloc(body.length % 2)])
}
