/**
 * Lossless animated WebP with exactly one stored frame per frame given. The usual encoder merges
 * equal neighbours into one longer frame, so that a still clip would have fewer frames than a lively
 * one: a hint at the label. Here every frame is stored, reduced to the rectangle that changed.
 *
 * Container: https://developers.google.com/speed/webp/docs/riff_container
 */
import sharp from 'sharp'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'

interface Rectangle {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

const ANIMATION_FLAG = 0x02
const REPLACE_NOT_BLEND = 0x02
/** The four letters of a lossless image's chunk, as one big-endian number. */
const VP8L = 0x5650384c

/**
 * @param frames RGB, 3·size² bytes each  @param delayMs how long each is shown
 * @param effort 0 to 6, what is spent to make the file smaller: 6 takes five times as long as 2
 * @returns the file
 */
export async function encodeAnimatedWebp(
  frames: readonly Uint8Array[],
  size: number,
  delayMs: number,
  effort = 6,
): Promise<Uint8Array> {
  const chunks = [
    chunk('VP8X', concat(bytesOf(ANIMATION_FLAG, 4), bytesOf(size - 1, 3), bytesOf(size - 1, 3))),
    chunk('ANIM', bytesOf(0, 6)),
  ]
  for (const [index, frame] of frames.entries()) {
    const changed = changedRectangle(frames[index - 1], frame, size)
    const image = await encodeStill(frame, size, changed, effort)
    chunks.push(chunk('ANMF', concat(frameHeader(changed, delayMs), image)))
  }
  return chunk('RIFF', concat(lettersOf('WEBP'), ...chunks))
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
async function encodeStill(
  frame: Uint8Array,
  size: number,
  part: Rectangle,
  effort: number,
): Promise<Uint8Array> {
  const encoded = await sharp(frame, { raw: { width: size, height: size, channels: 3 } })
    .extract(part)
    .webp({ lossless: true, effort })
    .toBuffer()
  const file = Uint8Array.from(encoded)
  const view = new DataView(file.buffer)
  for (let at = 12; at < file.length; ) {
    const body = view.getUint32(at + 4, true)
    const next = at + 8 + body + (body % 2)
    if (view.getUint32(at) === VP8L) return file.subarray(at, next)
    at = next
  }
  throw new SluiceError('format', 'the encoder wrote no lossless image', { expected: 'VP8L' })
}

function frameHeader({ left, top, width, height }: Rectangle, delayMs: number): Uint8Array {
  return concat(
    bytesOf(left / 2, 3),
    bytesOf(top / 2, 3),
    bytesOf(width - 1, 3),
    bytesOf(height - 1, 3),
    bytesOf(delayMs, 3),
    bytesOf(REPLACE_NOT_BLEND, 1),
  )
}

/** Name, length, body, and a zero to keep every chunk even. */
function chunk(name: string, body: Uint8Array): Uint8Array {
  return concat(lettersOf(name), bytesOf(body.length, 4), body, new Uint8Array(body.length % 2))
}

function lettersOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

/** Little end first. */
function bytesOf(value: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => Math.floor(value / 256 ** index) % 256)
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
