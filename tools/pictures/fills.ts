/**
 * Draws docs/pictures/fills.jpg: photographs on which the bundled inpainter was not trained, with holes marked, and
 * filled by it. `npx tsx tools/inpainter/main.ts` fetches them.
 *
 *     npm run build && npx tsx tools/pictures/fills.ts data/inpainter/valid
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { isInpainter, readModelFile } from 'sluice'
import { HoleFiller, readHole } from 'sluice/inpainting'
import { wasm } from 'sluice/wasm'
import { type Pixels, tiled } from '../../apps/cli/src/pictures/pixels.ts'

const size = { width: 480, height: 320 }
/** Pixels of a hole: a colour that photographs seldom have. */
const HOLE = [255, 47, 146]

/** Which photograph, which part of it, and its hole as SVG, white. */
const examples = [
  {
    name: 'gcompris-qt-data-explore_world_animals-animals-koala.webp',
    position: 'north',
    hole: `<g fill="none" stroke="white" stroke-width="8" stroke-linecap="round" stroke-linejoin="round">
      <path d="M10 60 C140 10 240 130 470 80 M30 300 C160 180 290 300 455 215 M268 8 C250 110 325 215 296 312"/>
      <path d="M168 132 C150 116 124 124 124 140 C124 162 168 154 168 178 C168 196 138 200 122 184
        M190 122 V192 H226 M246 122 V172 C246 198 288 198 288 172 V122 M310 122 V192
        M372 134 C350 112 330 132 330 157 C330 184 352 202 372 180 M430 122 H394 V192 H430 M394 157 H424"/></g>`,
  },
  {
    name: 'gcompris-qt-data-explore_monuments-wonders-petra.webp',
    position: 'centre',
    hole: `<g fill="white"><ellipse cx="92" cy="206" rx="30" ry="34"/><rect x="206" y="110" width="56" height="44"/>
      <ellipse cx="392" cy="84" rx="40" ry="28"/><rect x="330" y="226" width="34" height="70"/></g>`,
  },
  {
    name: 'gnome-control-center-data-tree.jpg',
    position: 'centre',
    hole: '<path fill="white" d="M240 8 C310 8 366 110 360 190 C352 232 300 252 268 254 L276 292 H212 L220 254 C180 252 136 232 128 190 C122 110 176 8 240 8 Z"/>',
  },
] as const

const folder = process.argv[2] ?? 'data/inpainter/valid'
const bundled = fileURLToPath(
  new URL('../../apps/cli/models/inpainter.safetensors', import.meta.url),
)
const target = fileURLToPath(new URL('../../docs/pictures/fills.jpg', import.meta.url))
const { model, weights } = readModelFile(readFileSync(bundled), bundled)
if (!isInpainter(model)) throw new Error(`${bundled} is no inpainter`)
const device = await wasm()
const filler = new HoleFiller(model, { device, weights })

const tiles: Pixels[] = []
for (const { name, position, hole } of examples) {
  const photo = sharp(`${folder}/${name}`).resize({ ...size, fit: 'cover', position })
  const pixels = await samplesOf(photo)
  const drawing = `<svg width="${size.width}" height="${size.height}"><rect width="100%" height="100%"/>${hole}</svg>`
  const drawn = await samplesOf(sharp(Buffer.from(drawing)))
  const { hole: lost } = readHole({ ...size, channels: 3, pixels: drawn })
  const { pixels: filled } = await filler.fill({ ...size, channels: 3, pixels }, lost)
  const marked = pixels.map((value, i) =>
    lost[Math.floor(i / 3)] ? (HOLE[i % 3] ?? value) : value,
  )
  tiles.push({ ...size, data: Uint8Array.from(marked) }, { ...size, data: Uint8Array.from(filled) })
}
filler.dispose()
await device.dispose()
const { data, ...raw } = tiled(tiles, 2, 6, 250)
const sheet = sharp(data, { raw: { ...raw, channels: 3 } })
const { size: bytes } = await sheet.jpeg({ quality: 86, mozjpeg: true }).toFile(target)
console.log(`fills.jpg: ${(bytes / 1024).toFixed(0)} KiB`)

async function samplesOf(picture: ReturnType<typeof sharp>): Promise<Uint8ClampedArray> {
  return Uint8ClampedArray.from(await picture.removeAlpha().raw().toBuffer())
}
