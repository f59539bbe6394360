import { sharp } from './imageLibrary.ts'

/** A picture in memory: RGB, row-major. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** A picture of one colour, black unless told otherwise. */
export function blank(width: number, height: number, grey = 0): Pixels {
  return { width, height, data: new Uint8Array(width * height * 3).fill(grey) }
}

/** Copies a picture into another; what hangs over its edges is left out. */
export function paste(target: Pixels, source: Pixels, left: number, top: number): void {
  const columns = Math.min(source.width, target.width - left)
  for (let row = 0; row < Math.min(source.height, target.height - top); row++) {
    const from = row * source.width * 3
    const to = ((top + row) * target.width + left) * 3
    target.data.set(source.data.subarray(from, from + columns * 3), to)
  }
}

/** Pictures of one size beside each other, wrapped into rows, with a gap between them. */
export function tiled(pictures: readonly Pixels[], columns: number, gap = 2, grey = 128): Pixels {
  const [first] = pictures
  if (first === undefined) return blank(1, 1, grey)
  const across = Math.min(columns, pictures.length)
  const down = Math.ceil(pictures.length / across)
  const width = across * (first.width + gap) - gap
  const height = down * (first.height + gap) - gap
  const target = blank(width, height, grey)
  pictures.forEach((picture, i) => {
    const left = (i % across) * (first.width + gap)
    paste(target, picture, left, Math.floor(i / across) * (first.height + gap))
  })
  return target
}

/** Every pixel as a square of `factor` by `factor`. */
export function enlarged({ width, height, data }: Pixels, factor: number): Pixels {
  if (factor === 1) return { width, height, data }
  const target = blank(width * factor, height * factor)
  for (let row = 0; row < target.height; row++) {
    for (let column = 0; column < target.width; column++) {
      const from = (Math.floor(row / factor) * width + Math.floor(column / factor)) * 3
      const to = (row * target.width + column) * 3
      for (let c = 0; c < 3; c++) target.data[to + c] = data[from + c] as number
    }
  }
  return target
}

function image({ width, height, data }: Pixels) {
  return sharp(data, { raw: { width, height, channels: 3 } })
}

/** The bytes of a PNG file. */
export async function pngOf(pixels: Pixels): Promise<Uint8Array> {
  return image(pixels).png({ compressionLevel: 9 }).toBuffer()
}

/**
 * A picture as text that a page can hold: photographs as WebP, drawings (few colours, sharp edges) as
 * PNG, which loses nothing.
 */
export async function dataUriOf(pixels: Pixels, kind: 'photograph' | 'drawing'): Promise<string> {
  const bytes =
    kind === 'drawing'
      ? await pngOf(pixels)
      : await image(pixels).webp({ quality: 82, effort: 4 }).toBuffer()
  const type = kind === 'drawing' ? 'png' : 'webp'
  return `data:image/${type};base64,${Buffer.from(bytes).toString('base64')}`
}
