import { type Device, gateMaps, gateStatistics, type NamedTensors, tensor } from 'sluice'
import { inpaintingBatch, type MaskedPicture } from 'sluice/inpainting'
import type { Terminal } from '../terminal/terminal.ts'
import { inpainterFor } from './inpainterNetwork.ts'
import type { InpainterSettings } from './inpainterSettings.ts'

/** A gate that opens nowhere by more lets nothing through that a network could use. */
const LEAST = 1e-3

/**
 * Warns of gates that are shut all over a picture. No gradient comes through such a gate, so training cannot open it again: the
 * network goes on, validates, and has lost all that only this gate would let pass.
 */
export async function sayShutGates(
  weights: NamedTensors,
  picture: MaskedPicture,
  settings: InpainterSettings,
  device: Device,
  terminal: Terminal,
): Promise<void> {
  const { inputs } = inpaintingBatch([picture])
  const side = Math.round(Math.sqrt(picture.mask.length))
  const input = tensor([1, 4, side, side], inputs)
  for (const map of await gateMaps(inpainterFor(settings), { device, weights, input })) {
    if (map.activation !== 'sigmoid' || gateStatistics(map).maximum >= LEAST) continue
    terminal.warn(
      `the gate of ${map.path} lets nothing through, so what lies behind it does nothing; ` +
        'begin again with a lower --learning-rate or another --seed',
    )
  }
}
