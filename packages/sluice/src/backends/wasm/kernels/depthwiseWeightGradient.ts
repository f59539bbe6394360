// Weight gradient of depthwise convolutions: dw[tap][column] = Σ over pixels of x[pixel + tap][channel
// of column] · dy[pixel][column]. Columns are the channels of dy, of feature and gate alike.
//
// As in convWeightGradient.ts, blocks are summed in order into a number of parts that depends on the
// problem only, [part][panel][tap][8], and a second kernel adds the parts in order. Within a block x is
// gathered as in depthwise.ts, and four taps at a time share what they read of dy.
//
// Arguments: 0 x, 1 dy, 2 partials, 3 parts, 4 blocks in all (batch included), 10 channels of dy,
// 11 panels, then the geometry, then those of depthwise.ts.
import {
  BLOCK_COUNT,
  listPixels,
  OUT_SIZE,
  PANEL_CHUNKS,
  PANELS_PER_CHUNK,
  SCRATCH_FREE,
  SCRATCH_OUTPUTS,
  SCRATCH_PIXELS,
  TAP_OFFSETS,
  TAPS,
} from './convGeometry'
import { gatherLanes } from './depthwise'
import { PANELS } from './finishTile'
import { madd } from './math'
import { pointer, word } from './record'

export function depthwiseWeightGradient(args: usize, chunk: i32, scratch: usize): void {
  const panelChunks = word(args, PANEL_CHUNKS)
  const panels = word(args, PANELS)
  const part = chunk / panelChunks
  const firstPanel = (chunk % panelChunks) * word(args, PANELS_PER_CHUNK)
  const lastPanel = min(panels, firstPanel + word(args, PANELS_PER_CHUNK))
  const firstBlock = <i32>((<i64>part * word(args, 4)) / word(args, 3))
  const lastBlock = <i32>((<i64>(part + 1) * word(args, 4)) / word(args, 3))
  const taps = word(args, TAPS)
  const panelBytes = <usize>taps << 5
  const partial = pointer(args, 2) + <usize>(part * panels) * panelBytes
  memory.fill(
    partial + <usize>firstPanel * panelBytes,
    0,
    <usize>(lastPanel - firstPanel) * panelBytes,
  )
  const blocks = word(args, BLOCK_COUNT) * word(args, BLOCK_COUNT + 1) * word(args, BLOCK_COUNT + 2)
  const outPixels = word(args, OUT_SIZE) * word(args, OUT_SIZE + 1) * word(args, OUT_SIZE + 2)
  const dyBytes = <usize>word(args, 10) << 2
  const gathered = scratch + pointer(args, SCRATCH_FREE)
  const pixels = scratch + pointer(args, SCRATCH_PIXELS)
  const outputs = scratch + pointer(args, SCRATCH_OUTPUTS)
  for (let index = firstBlock; index < lastBlock; index++) {
    const batch = index / blocks
    const block = index % blocks
    const count = listPixels(args, block, scratch)
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      gatherLanes(args, batch, block, panel, gathered)
      const dy = pointer(args, 1) + <usize>(batch * outPixels) * dyBytes + (<usize>panel << 5)
      let offsets = pointer(args, TAP_OFFSETS)
      let sums = partial + <usize>panel * panelBytes
      let tap = 0
      for (; tap + 4 <= taps; tap += 4) {
        sumFourTaps(gathered, offsets, pixels, outputs, count, dy, dyBytes, sums)
        offsets += 16
        sums += 128
      }
      for (; tap < taps; tap++) {
        sumTap(gathered + <usize>load<u32>(offsets), pixels, outputs, count, dy, dyBytes, sums)
        offsets += 4
        sums += 32
      }
    }
  }
}

function sumFourTaps(
  gathered: usize,
  offsets: usize,
  pixels: usize,
  outputs: usize,
  count: i32,
  dy: usize,
  dyBytes: usize,
  sums: usize,
): void {
  const t0 = gathered + <usize>load<u32>(offsets)
  const t1 = gathered + <usize>load<u32>(offsets, 4)
  const t2 = gathered + <usize>load<u32>(offsets, 8)
  const t3 = gathered + <usize>load<u32>(offsets, 12)
  let a0 = f32x4.splat(0)
  let a1 = f32x4.splat(0)
  let b0 = f32x4.splat(0)
  let b1 = f32x4.splat(0)
  let c0 = f32x4.splat(0)
  let c1 = f32x4.splat(0)
  let d0 = f32x4.splat(0)
  let d1 = f32x4.splat(0)
  for (let slot: usize = 0; slot < <usize>count << 2; slot += 4) {
    const at = <usize>load<u32>(pixels + slot)
    const gradient = dy + <usize>load<u32>(outputs + slot) * dyBytes
    const left = v128.load(gradient)
    const right = v128.load(gradient, 16)
    a0 = madd(v128.load(t0 + at), left, a0)
    a1 = madd(v128.load(t0 + at, 16), right, a1)
    b0 = madd(v128.load(t1 + at), left, b0)
    b1 = madd(v128.load(t1 + at, 16), right, b1)
    c0 = madd(v128.load(t2 + at), left, c0)
    c1 = madd(v128.load(t2 + at, 16), right, c1)
    d0 = madd(v128.load(t3 + at), left, d0)
    d1 = madd(v128.load(t3 + at, 16), right, d1)
  }
  addTo(sums, a0, a1)
  addTo(sums + 32, b0, b1)
  addTo(sums + 64, c0, c1)
  addTo(sums + 96, d0, d1)
}

function sumTap(
  gathered: usize,
  pixels: usize,
  outputs: usize,
  count: i32,
  dy: usize,
  dyBytes: usize,
  sums: usize,
): void {
  let a0 = f32x4.splat(0)
  let a1 = f32x4.splat(0)
  for (let slot: usize = 0; slot < <usize>count << 2; slot += 4) {
    const at = <usize>load<u32>(pixels + slot)
    const gradient = dy + <usize>load<u32>(outputs + slot) * dyBytes
    a0 = madd(v128.load(gathered + at), v128.load(gradient), a0)
    a1 = madd(v128.load(gathered + at, 16), v128.load(gradient, 16), a1)
  }
  addTo(sums, a0, a1)
}

// @ts-ignore: decorator
@inline
function addTo(sums: usize, left: v128, right: v128): void {
  v128.store(sums, f32x4.add(v128.load(sums), left))
  v128.store(sums, f32x4.add(v128.load(sums, 16), right), 16)
}

/**
 * Adds the parts in order and writes the gradients as PyTorch shapes them. Arguments: 0 partials,
 * 1 parts, 2 dw (0: nobody needs it), 3 gate dw (0 too), 4 outputs of one branch, 5 taps, 6 panels,
 * 7 columns. A chunk is one panel.
 */
export function depthwiseReduce(args: usize, chunk: i32): void {
  const outputs = word(args, 4)
  const taps = word(args, 5)
  const partBytes = <usize>(word(args, 6) * taps) << 5
  const first = pointer(args, 0) + (<usize>(chunk * taps) << 5)
  const columns = min(8, word(args, 7) - chunk * 8)
  for (let column = 0; column < columns; column++) {
    const output = chunk * 8 + column
    const dw = pointer(args, output < outputs ? 2 : 3)
    if (dw == 0) continue
    const target = dw + (<usize>((output % outputs) * taps) << 2)
    for (let tap = 0; tap < taps; tap++) {
      let from = first + (<usize>((tap << 3) + column) << 2)
      let sum = load<f32>(from)
      for (let part = 1; part < word(args, 1); part++) {
        from += partBytes
        sum += load<f32>(from)
      }
      store<f32>(target + (<usize>tap << 2), sum)
    }
  }
}
