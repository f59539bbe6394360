import type { Channels, Orientation, Samples } from './photo.ts'

interface Oriented {
  readonly pixels: Samples
  readonly width: number
  readonly height: number
}

/**
 * Turns displayed pixels back into the order in which a file with this EXIF orientation stores them.
 * Sizes given are those displayed; the returned ones are stored.
 */
export function toStoredOrder(
  { pixels, width, height }: Oriented,
  channels: Channels,
  orientation: Orientation,
): Oriented {
  if (orientation === 1) return { pixels, width, height }
  const turned = orientation >= 5
  const [columns, rows] = turned ? [height, width] : [width, height]
  const stored =
    pixels instanceof Uint16Array ? new Uint16Array(pixels.length) : new Uint8Array(pixels.length)
  // Where the stored pixel (0, 0) is displayed, and what a step right and a step down are there.
  const [start, right, down] = walk(orientation, width, height)
  for (let row = 0, to = 0; row < rows; row++) {
    let from = (start + row * down) * channels
    for (let column = 0; column < columns; column++, from += right * channels) {
      for (let c = 0; c < channels; c++) stored[to++] = pixels[from + c] as number
    }
  }
  return { pixels: stored, width: columns, height: rows }
}

/** EXIF 2.32, tag 0x0112: which displayed corner the first stored row and column meet in. */
function walk(
  orientation: Orientation,
  width: number,
  height: number,
): readonly [start: number, right: number, down: number] {
  const last = width * height - 1
  switch (orientation) {
    case 1:
      return [0, 1, width]
    case 2:
      return [width - 1, -1, width]
    case 3:
      return [last, -1, -width]
    case 4:
      return [last - width + 1, 1, -width]
    case 5:
      return [0, width, 1]
    case 6:
      return [width - 1, width, -1]
    case 7:
      return [last, -width, -1]
    case 8:
      return [last - width + 1, -width, 1]
  }
}
