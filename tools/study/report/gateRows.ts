import { type Device, gateMaps, gateStatistics, type NamedTensors, tensor } from 'sluice'
import { inpaintingBatch, type MaskedPicture } from 'sluice/inpainting'
import { holeOpening } from '../../../apps/cli/src/inspection/holeOpening.ts'
import { fillNetwork } from '../networks/fillNetwork.ts'
import type { GateRow } from './results.ts'

/**
 * How far the gates of trained gated inpainters are open, layer by layer: means over networks and test pictures.
 * @param networks weights of networks of these widths
 */
export async function gateRows(
  widths: readonly number[],
  networks: readonly NamedTensors[],
  pictures: readonly MaskedPicture[],
  device: Device,
): Promise<GateRow[]> {
  const model = fillNetwork('gated', widths)
  const sums = new Map<string, { row: Omit<GateRow, 'layer'>; count: number }>()
  for (const weights of networks) {
    for (const picture of pictures) {
      const side = Math.round(Math.sqrt(picture.mask.length))
      const input = tensor([1, 4, side, side], inpaintingBatch([picture]).inputs)
      const size = { width: side, height: side }
      for (const map of await gateMaps(model, { device, weights, input })) {
        // The product that blanks the hole is made of the mask: nothing is learned there.
        if (map.path.startsWith('shown')) continue
        const { mean, closed, open } = gateStatistics(map)
        const { inside, around } = holeOpening(map, picture.mask, size)
        const known = sums.get(map.path) ?? { row: nothing, count: 0 }
        const one = { mean, closed, open, inside, around }
        sums.set(map.path, { row: added(known.row, one), count: known.count + 1 })
      }
    }
  }
  return [...sums].map(([layer, { row, count }]) => ({ layer, ...scaled(row, 1 / count) }))
}

type Numbers = Omit<GateRow, 'layer'>

const nothing: Numbers = { mean: 0, closed: 0, open: 0, inside: 0, around: 0 }

function added(a: Numbers, b: Numbers): Numbers {
  return {
    mean: a.mean + b.mean,
    closed: a.closed + b.closed,
    open: a.open + b.open,
    inside: a.inside + b.inside,
    around: a.around + b.around,
  }
}

function scaled({ mean, closed, open, inside, around }: Numbers, factor: number): Numbers {
  const rounded = (value: number) => Math.round(value * factor * 1e4) / 1e4
  return {
    mean: rounded(mean),
    closed: rounded(closed),
    open: rounded(open),
    inside: rounded(inside),
    around: rounded(around),
  }
}
