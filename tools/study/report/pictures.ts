import sharp from 'sharp'
import { type Device, gateMaps, type NamedTensors, tensor } from 'sluice'
import { inpaintingBatch, type JudgedPicture, type MaskedPicture } from 'sluice/inpainting'
import { heatPicture } from '../../../apps/cli/src/pictures/heat.ts'
import { blank, enlarged, type Pixels, tiled } from '../../../apps/cli/src/pictures/pixels.ts'
import { fillNetwork } from '../networks/fillNetwork.ts'

/** Each pixel of a fill, and of a gate, as a square of so many. */
const [FILL_ZOOM, GATE_ZOOM] = [3, 2]
const [GAP, PAPER] = [6, 250]
/** Pixels of a hole in pictures: a colour that photographs seldom have. */
const HOLE = [255, 0, 255] as const

/**
 * Test pictures in rows: the photograph, its hole, and what each variant filled in, one after the other.
 * @param fills the same pictures for each variant
 */
export async function fillsPicture(
  fills: readonly (readonly JudgedPicture[])[],
  rows: readonly number[],
): Promise<Uint8Array> {
  const tiles = rows.flatMap((row) => {
    const [first] = fills
    const one = first?.[row]
    if (one === undefined) return []
    const truth = pixelsOf(one.truth)
    const filled = fills.map((variant) => pixelsOf(variant[row]?.filled ?? one.truth))
    return [truth, holed(truth, one.mask.pixels), ...filled].map((p) => enlarged(p, FILL_ZOOM))
  })
  return png(tiled(tiles, 2 + fills.length, GAP, PAPER))
}

/**
 * What the gates of one network let through, pictures in rows: the hole, then each layer's mean over its
 * channels, dark where it is shut (0) and bright where it is open (1).
 */
export async function gatesPicture(
  network: { readonly widths: readonly number[]; readonly weights: NamedTensors },
  pictures: readonly MaskedPicture[],
  device: Device,
): Promise<Uint8Array> {
  const model = fillNetwork('gated', network.widths)
  const tiles: Pixels[] = []
  let columns = 1
  for (const picture of pictures) {
    const side = Math.round(Math.sqrt(picture.mask.length))
    const input = tensor([1, 4, side, side], inpaintingBatch([picture]).inputs)
    const all = await gateMaps(model, { device, weights: network.weights, input })
    const maps = all.filter(({ path }) => !path.startsWith('shown'))
    const shown = holed(photographOf(picture, side), picture.mask)
    const heats = maps.map(({ opening: { shape, data } }) => {
      const [, channels = 1, height = 1, width = 1] = shape
      const area = height * width
      const values = Float64Array.from({ length: area }, (_, at) => {
        let sum = 0
        for (let channel = 0; channel < channels; channel++) sum += data[channel * area + at] ?? 0
        return sum / channels
      })
      return heatPicture({ width, height, values }, [0, 1], side, side)
    })
    columns = 1 + heats.length
    tiles.push(...[shown, ...heats].map((p) => enlarged(p, GATE_ZOOM)))
  }
  return png(tiled(tiles, columns, GAP, PAPER))
}

function pixelsOf(rgb: { width: number; height: number; pixels: Uint8Array }): Pixels {
  return { width: rgb.width, height: rgb.height, data: rgb.pixels }
}

/** The photograph of a task's picture, from −1…1 to bytes. */
function photographOf({ picture }: MaskedPicture, side: number): Pixels {
  const area = side * side
  const target = blank(side, side)
  for (let at = 0; at < area; at++) {
    for (let colour = 0; colour < 3; colour++) {
      const value = ((picture[colour * area + at] ?? 0) + 1) * 127.5
      target.data[3 * at + colour] = Math.round(Math.max(0, Math.min(255, value)))
    }
  }
  return target
}

function holed({ width, height, data }: Pixels, mask: Uint8Array): Pixels {
  const copy = new Uint8Array(data)
  mask.forEach((hole, at) => {
    if (hole === 1) copy.set(HOLE, 3 * at)
  })
  return { width, height, data: copy }
}

function png({ width, height, data }: Pixels): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 9, palette: false })
    .toBuffer()
}
