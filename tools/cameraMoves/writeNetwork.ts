/**
 * Writes the description of the network that learns camera moves.
 *
 *     npx tsx tools/cameraMoves/writeNetwork.ts > tools/cameraMoves/network.json
 */
import {
  averagePool3d,
  batchNorm,
  dropout,
  flatten,
  gatedConv3d,
  instanceNorm,
  linear,
  relu,
  residual,
  scale,
  sequential,
} from '../../packages/sluice/src/entrypoints/index.ts'
import { MOVES } from './moves.ts'

const COLOURS = 3

/** Brightness and contrast of a clip taken away, then each frame's blurred self: edges stay. */
const edges = {
  contrast: instanceNorm(),
  detail: residual(
    sequential({
      blurred: averagePool3d({
        kernelSize: [1, 7, 7],
        stride: 1,
        padding: [0, 3, 3],
        countIncludePad: false,
      }),
      away: scale(-1),
    }),
  ),
}

/** Which way something goes at a place: three gated blocks, the first as wide as the fastest move. */
const block = (from: number, to: number, width: number, time: number) =>
  sequential({
    conv: gatedConv3d(from, to, {
      kernelSize: [3, width, width],
      stride: [time, 2, 2],
      padding: 'same',
    }),
    norm: batchNorm(),
    act: relu(),
  })

/** A roll and a zoom are pans that differ from place to place, so the places are kept apart. */
const network = sequential({
  ...edges,
  block1: block(COLOURS, 16, 5, 1),
  block2: block(16, 32, 3, 2),
  block3: block(32, 64, 3, 2),
  flatten: flatten(),
  dropout: dropout(0.3),
  head: linear(MOVES.length),
})
console.log(JSON.stringify(network.describe()))
