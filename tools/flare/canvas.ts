/**
 * Painting by anchor: every picture's ground point lands on the same point of a square canvas, in
 * sprite pixels; the canvas is then averaged down to the clip's size and laid on a plain background.
 */
import type { Picture } from './animationFile.ts'

/** Side of the canvas, in sprite pixels: holds every avatar with every weapon used here. */
export const CANVAS_SIDE = 96

/** Where the ground point lies: as far off the middle as the longest weapons need. */
export const GROUND_X = 45
export const GROUND_Y = 72

/** Decoded sprite sheet, RGBA, not premultiplied. */
export interface Sheet {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

/** A canvas with premultiplied colour, 0 to 1, so that averaging does not bleed hidden colours. */
export interface Canvas {
  readonly side: number
  readonly scale: number
  readonly rgba: Float64Array
}

/** @param scale canvas pixels per sprite pixel: below 1 for figures larger than the canvas */
export function blankCanvas(scale: number): Canvas {
  const side = Math.ceil(CANVAS_SIDE / scale)
  return { side, scale, rgba: new Float64Array(side * side * 4) }
}

/** The largest scale, up to `most`, at which all these pictures lie inside the canvas. */
export function fittingScale(pictures: Iterable<Picture>, most: number): number {
  let scale = most
  for (const { width, height, anchorX, anchorY } of pictures) {
    scale = Math.min(
      scale,
      GROUND_X / Math.max(1, anchorX),
      GROUND_Y / Math.max(1, anchorY),
      (CANVAS_SIDE - GROUND_X) / Math.max(1, width - anchorX),
      (CANVAS_SIDE - GROUND_Y) / Math.max(1, height - anchorY),
    )
  }
  return scale
}

/** Paints one picture over what is there. */
export function paint(
  canvas: Canvas,
  sheet: Sheet,
  picture: Picture,
  tint: readonly [number, number, number],
  opacity: number,
): void {
  const left = Math.floor(GROUND_X / canvas.scale) - picture.anchorX
  const top = Math.floor(GROUND_Y / canvas.scale) - picture.anchorY
  for (let row = 0; row < picture.height; row++) {
    const y = top + row
    if (y < 0 || y >= canvas.side) continue
    for (let column = 0; column < picture.width; column++) {
      const x = left + column
      if (x < 0 || x >= canvas.side) continue
      const from = ((picture.y + row) * sheet.width + picture.x + column) * 4
      const alpha = ((sheet.rgba[from + 3] ?? 0) / 255) * opacity
      if (alpha === 0) continue
      const to = (y * canvas.side + x) * 4
      for (let c = 0; c < 3; c++) {
        const colour = ((sheet.rgba[from + c] as number) / 255) * (tint[c] as number) * alpha
        canvas.rgba[to + c] = colour + (canvas.rgba[to + c] as number) * (1 - alpha)
      }
      canvas.rgba[to + 3] = alpha + (canvas.rgba[to + 3] as number) * (1 - alpha)
    }
  }
}

/** Averages the canvas down to `size`×`size` over a plain background. @returns RGB, 3·size² bytes */
export function flatten(
  canvas: Canvas,
  size: number,
  background: readonly [number, number, number],
): Uint8Array {
  const rgb = new Uint8Array(size * size * 3)
  const spans = coverage(canvas.side, CANVAS_SIDE / canvas.scale / size, size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const sum = [0, 0, 0, 0]
      let area = 0
      for (const [row, heightPart] of spans[y] ?? []) {
        for (const [column, widthPart] of spans[x] ?? []) {
          const weight = heightPart * widthPart
          const at = (row * canvas.side + column) * 4
          area += weight
          for (let c = 0; c < 4; c++) {
            sum[c] = (sum[c] as number) + weight * (canvas.rgba[at + c] as number)
          }
        }
      }
      const clear = 1 - (sum[3] as number) / area
      for (let c = 0; c < 3; c++) {
        const value = ((sum[c] as number) / area) * 255 + (background[c] as number) * clear
        rgb[(y * size + x) * 3 + c] = Math.round(value)
      }
    }
  }
  return rgb
}

/** For each target pixel the source pixels under it, with the part of each that is covered. */
function coverage(sourceSide: number, ratio: number, size: number): [number, number][][] {
  return Array.from({ length: size }, (_, target) => {
    const parts: [number, number][] = []
    const start = target * ratio
    const end = start + ratio
    for (let source = Math.floor(start); source < Math.min(end, sourceSide); source++) {
      const part = Math.min(end, source + 1) - Math.max(start, source)
      if (part > 1e-9) parts.push([source, part])
    }
    return parts
  })
}
