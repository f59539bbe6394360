import { SluiceError } from 'sluice'
import { html } from '../report/markup.ts'
import { sharp } from './imageLibrary.ts'
import { blank, type Pixels, paste } from './pixels.ts'

/** A line of a sheet: words, or pictures beside each other. */
export type SheetLine =
  | { readonly title: string }
  | { readonly text: string }
  | { readonly pictures: readonly Pixels[] }

const [MARGIN, GAP, PAPER] = [16, 10, 250]
const TITLE = { size: 18, height: 34 } as const
const TEXT = { size: 12, height: 20 } as const
/** PNG and every viewer can do more; a sheet that long is no sheet any more. */
const TALLEST = 60_000

/**
 * Lines below each other as a PNG. Words are drawn with the system's fonts; where there are none the
 * pictures stand without them.
 * @throws SluiceError `limit` for more than fits on a sheet
 */
export async function sheetPng(lines: readonly SheetLine[]): Promise<Uint8Array> {
  const width = Math.max(...lines.map(widthOf)) + 2 * MARGIN
  const height = lines.reduce((sum, line) => sum + heightOf(line), 0) + 2 * MARGIN
  if (height > TALLEST) {
    throw new SluiceError('limit', 'this is too much for one PNG', {
      expected: `up to ${TALLEST} pixels down`,
      received: `${width}×${height}`,
      fix: 'write an .html file, which holds any amount',
    })
  }
  const canvas = blank(width, height, PAPER)
  let top = MARGIN
  const words = lines.map((line) => {
    const at = top
    top += heightOf(line)
    if ('pictures' in line) {
      let left = MARGIN
      for (const picture of line.pictures) {
        paste(canvas, picture, left, at)
        left += picture.width + GAP
      }
      return undefined
    }
    const { size } = 'title' in line ? TITLE : TEXT
    const text = 'title' in line ? line.title : line.text
    const weight = 'title' in line ? 'bold' : 'normal'
    return html`<text x="${MARGIN}" y="${at + size + 4}" font-size="${size}" font-weight="${weight}" font-family="DejaVu Sans, Noto Sans, sans-serif" fill="#1c2126">${text}</text>`
  })
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${words}</svg>`
  return sharp(canvas.data, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(svg.text), top: 0, left: 0 }])
    .png({ compressionLevel: 9 })
    .toBuffer()
}

function widthOf(line: SheetLine): number {
  if ('pictures' in line) {
    return line.pictures.reduce((sum, { width }) => sum + width + GAP, -GAP)
  }
  const [text, size] = 'title' in line ? [line.title, TITLE.size] : [line.text, TEXT.size]
  return Math.min(1400, Math.ceil([...text].length * size * 0.62))
}

function heightOf(line: SheetLine): number {
  if ('pictures' in line) return Math.max(0, ...line.pictures.map(({ height }) => height)) + GAP
  return 'title' in line ? TITLE.height : TEXT.height
}
