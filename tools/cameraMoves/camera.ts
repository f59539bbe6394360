/**
 * Sub-pixel filming of a photograph: a pyramid of halved copies, and between its two nearest sizes and
 * the four nearest pixels of each a straight line (Williams, "Pyramidal parametrics", 1983). Without
 * it small details would flicker as they pass between pixels, and that would tell a move.
 */
import type { Pose } from './moves.ts'

export interface Photograph {
  readonly width: number
  readonly height: number
  /** RGB. */
  readonly data: Uint8Array | Float32Array
}

/** The photograph, half its size, a quarter …; each pixel the mean of four. */
export function pyramidOf(photograph: Photograph): Photograph[] {
  const levels = [photograph]
  let last = photograph
  while (last.width > 2 && last.height > 2 && levels.length < 6) {
    last = halved(last)
    levels.push(last)
  }
  return levels
}

function halved({ width, height, data }: Photograph): Photograph {
  const [w, h] = [width >> 1, height >> 1]
  const half = new Float32Array(w * h * 3)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (2 * y * width + 2 * x) * 3 + c
        const below = at + width * 3
        const upper = (data[at] as number) + (data[at + 3] as number)
        half[(y * w + x) * 3 + c] =
          (upper + (data[below] as number) + (data[below + 3] as number)) / 4
      }
    }
  }
  return { width: w, height: h, data: half }
}

/** A frame of `size`×`size` RGB pixels as the camera sees it from a pose. */
export function film(pyramid: readonly Photograph[], pose: Pose, size: number): Uint8Array {
  const { x, y, scale, angle } = pose
  const level = Math.min(pyramid.length - 1, Math.max(0, Math.log2(scale)))
  const finer = Math.floor(level)
  const coarser = Math.min(pyramid.length - 1, finer + 1)
  const weight = level - finer
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale]
  const frame = new Uint8Array(size * size * 3)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const right = column + 0.5 - size / 2
      const down = row + 0.5 - size / 2
      const px = x + right * cos - down * sin
      const py = y + right * sin + down * cos
      for (let c = 0; c < 3; c++) {
        const a = sample(pyramid[finer], px / 2 ** finer, py / 2 ** finer, c)
        const b =
          weight === 0 ? a : sample(pyramid[coarser], px / 2 ** coarser, py / 2 ** coarser, c)
        frame[(row * size + column) * 3 + c] = Math.round(a + (b - a) * weight)
      }
    }
  }
  return frame
}

/** Value at a point, pixels' middles being at halves; beyond the edge, the edge's. */
function sample(photograph: Photograph | undefined, x: number, y: number, c: number): number {
  if (photograph === undefined) return 0
  const { width, height, data } = photograph
  const left = Math.min(width - 1, Math.max(0, x - 0.5))
  const top = Math.min(height - 1, Math.max(0, y - 0.5))
  const [x0, y0] = [Math.floor(left), Math.floor(top)]
  const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)]
  const [fx, fy] = [left - x0, top - y0]
  const value = (px: number, py: number) => data[(py * width + px) * 3 + c] as number
  const upper = value(x0, y0) * (1 - fx) + value(x1, y0) * fx
  return upper * (1 - fy) + (value(x0, y1) * (1 - fx) + value(x1, y1) * fx) * fy
}

/** Standard deviation of a frame's green, 0 to 255: how much there is to see. */
export function contrast(frame: Uint8Array): number {
  const count = frame.length / 3
  let sum = 0
  let squares = 0
  for (let i = 1; i < frame.length; i += 3) {
    const value = frame[i] as number
    sum += value
    squares += value * value
  }
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2))
}
