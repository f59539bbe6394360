// Convolution of one block of outputs, plain or gated, and (with other weights and taps) the input
// gradient. Direct sum over taps and channels:
//
//   plain  y = act(Σ x·w + b)          8 output channels a panel
//   gated  y = act(φ(Σ x·wf + bf) ⊙ γ(Σ x·wg + bg))     4 feature and 4 gate channels a panel
//
// Weights are packed [group][panel][tap][channel][8]. A tile is 4 pixels × 8 columns: eight vector
// accumulators, two weight vectors and four broadcast inputs per channel.
//
// Arguments: 0 x, 1 weights, 2–11 as in finishTile.ts, then the geometry, then 0 floats of one run. A run is what lies side by
// side for neighbouring taps: three taps along W with all their channels are one long sum.
import {
  BLOCK_COUNT,
  GROUP_CHANNELS,
  GROUPS,
  gatherBlock,
  IN_CHANNELS,
  IN_SIZE,
  listPixels,
  OUT_SIZE,
  OWN,
  PANEL_CHUNKS,
  PANELS_PER_CHUNK,
  SCRATCH_FREE,
  SCRATCH_OUTPUTS,
  SCRATCH_PIXELS,
  TAP_OFFSETS,
  TAPS,
} from './convGeometry'
import { finishTile, PANELS } from './finishTile'
import { pointer, word } from './record'
import { tile4x8 } from './tiles'

const RUN_FLOATS = OWN

export function convBlock(args: usize, chunk: i32, scratch: usize): void {
  const panelChunks = word(args, PANEL_CHUNKS)
  const blocks = word(args, BLOCK_COUNT) * word(args, BLOCK_COUNT + 1) * word(args, BLOCK_COUNT + 2)
  const firstPanel = (chunk % panelChunks) * word(args, PANELS_PER_CHUNK)
  const block = (chunk / panelChunks) % blocks
  const batch = chunk / (panelChunks * blocks)
  const panels = word(args, PANELS)
  const lastPanel = min(panels, firstPanel + word(args, PANELS_PER_CHUNK))
  const inPixels = word(args, IN_SIZE) * word(args, IN_SIZE + 1) * word(args, IN_SIZE + 2)
  const outPixels = word(args, OUT_SIZE) * word(args, OUT_SIZE + 1) * word(args, OUT_SIZE + 2)
  const x = pointer(args, 0) + (<usize>(batch * inPixels * word(args, IN_CHANNELS)) << 2)
  const runFloats = word(args, RUN_FLOATS)
  const runs = word(args, TAPS)
  const panelBytes = <usize>(runs * runFloats) << 5
  const count = listPixels(args, block, scratch)
  const pixels = scratch + pointer(args, SCRATCH_PIXELS)
  const sums = scratch + pointer(args, SCRATCH_FREE)
  const gathered = sums + 128
  for (let group = 0; group < word(args, GROUPS); group++) {
    gatherBlock(args, x, block, group * word(args, GROUP_CHANNELS), gathered)
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      const index = <usize>(group * panels + panel)
      const weights = pointer(args, 1) + index * panelBytes
      for (let pixel = 0; pixel < count; pixel += 4) {
        const offsets = pixels + (<usize>pixel << 2)
        tile4x8(
          weights,
          pointer(args, TAP_OFFSETS),
          runs,
          runFloats,
          gathered + <usize>load<u32>(offsets),
          gathered + <usize>load<u32>(offsets, 4),
          gathered + <usize>load<u32>(offsets, 8),
          gathered + <usize>load<u32>(offsets, 12),
          sums,
        )
        const outputs = scratch + pointer(args, SCRATCH_OUTPUTS) + (<usize>pixel << 2)
        finishTile(args, sums, outputs, min(4, count - pixel), batch * outPixels, group, panel)
      }
    }
  }
}
