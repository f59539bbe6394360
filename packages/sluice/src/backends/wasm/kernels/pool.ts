// Pooling over windows in D, H and W, channels last. A chunk is one slice, all of H and W at one
// output depth of one sample (backward: one input depth; max pooling backward: one sample), but for the
// average: a row of it.
//
// Arguments: 0 x (or dy), 1 y (or dx), 2 indices, 3 channels, 4–6 input D H W, 7–9 output D H W,
// 10–12 kernel, 13–15 stride, 16–18 padding before, 19–21 dilation, 22 divisor of the average
// (0: count only what is inside), 23–25 padding after.
import { loadLanes, storeLanes } from './lanes'
import { pointer, word } from './record'

export function maxPool(args: usize, chunk: i32): void {
  const channels = word(args, 3)
  const inD = word(args, 4)
  const inH = word(args, 5)
  const inW = word(args, 6)
  const outD = word(args, 7)
  const outH = word(args, 8)
  const outW = word(args, 9)
  const batch = chunk / outD
  const d0 = (chunk % outD) * word(args, 13) - word(args, 16)
  for (let h = 0; h < outH; h++) {
    const h0 = h * word(args, 14) - word(args, 17)
    for (let w = 0; w < outW; w++) {
      const w0 = w * word(args, 15) - word(args, 18)
      for (let c = 0; c < channels; c++) {
        let best: f32 = -Infinity
        let bestAt = -1
        for (let kd = 0; kd < word(args, 10); kd++) {
          const d = d0 + kd * word(args, 19)
          if (d < 0 || d >= inD) continue
          for (let kh = 0; kh < word(args, 11); kh++) {
            const y = h0 + kh * word(args, 20)
            if (y < 0 || y >= inH) continue
            for (let kw = 0; kw < word(args, 12); kw++) {
              const x = w0 + kw * word(args, 21)
              if (x < 0 || x >= inW) continue
              const at = (d * inH + y) * inW + x
              const place = (batch * inD * inH * inW + at) * channels + c
              const value = load<f32>(pointer(args, 0) + (<usize>place << 2))
              if (bestAt < 0 || value > best || value != value) {
                best = value
                bestAt = at
              }
            }
          }
        }
        const target = <usize>(((chunk * outH + h) * outW + w) * channels + c) << 2
        store<f32>(pointer(args, 1) + target, best)
        if (pointer(args, 2) != 0) store<i32>(pointer(args, 2) + target, bestAt)
      }
    }
  }
}

/** Scatters dy to where the maxima were. A chunk is one sample. */
export function maxPoolBackward(args: usize, chunk: i32): void {
  const channels = word(args, 3)
  const inPixels = word(args, 4) * word(args, 5) * word(args, 6)
  const outPixels = word(args, 7) * word(args, 8) * word(args, 9)
  const dx = pointer(args, 1) + (<usize>(chunk * inPixels * channels) << 2)
  memory.fill(dx, 0, <usize>(inPixels * channels) << 2)
  for (let pixel = 0; pixel < outPixels; pixel++) {
    for (let c = 0; c < channels; c++) {
      const from = <usize>((chunk * outPixels + pixel) * channels + c) << 2
      const at = load<i32>(pointer(args, 2) + from)
      const place = dx + (<usize>(at * channels + c) << 2)
      store<f32>(place, load<f32>(place) + load<f32>(pointer(args, 0) + from))
    }
  }
}

/** How many positions of a window lie inside the input or, padded, inside input and padding. */
function windowSize(args: usize, axis: i32, start: i32, padded: bool): i32 {
  const after = padded ? word(args, 23 + axis) : 0
  const before = padded ? word(args, 16 + axis) : 0
  const first = max(start, -before)
  const last = min(start + word(args, 10 + axis), word(args, 4 + axis) + after)
  return last - first
}

/** 1 / (number of averaged positions) of the window that begins at (d0, h0, w0). */
function averageWeight(args: usize, d0: i32, h0: i32, w0: i32): f32 {
  const padded = word(args, 22) != 0
  const d = windowSize(args, 0, d0, padded)
  const h = windowSize(args, 1, h0, padded)
  const w = windowSize(args, 2, w0, padded)
  return <f32>1 / <f32>(d * h * w)
}

/** A chunk is one row of the output. */
export function averagePool(args: usize, chunk: i32): void {
  const channels = word(args, 3)
  const outW = word(args, 9)
  const h0 = (chunk % word(args, 8)) * word(args, 14) - word(args, 17)
  const slice = chunk / word(args, 8)
  const d0 = (slice % word(args, 7)) * word(args, 13) - word(args, 16)
  const batch = slice / word(args, 7)
  const y = pointer(args, 1) + (<usize>(chunk * outW * channels) << 2)
  // Windows that move pixel by pixel and lie inside the row differ only in where they begin.
  const before = word(args, 18)
  const first = word(args, 15) == 1 ? min(outW, before) : outW
  const last = max(first, min(outW, word(args, 6) - word(args, 12) + 1 + before))
  averages(args, batch, d0, h0, y, 0, first)
  if (last > first) {
    const weight = averageWeight(args, d0, h0, 0)
    const from = y + (<usize>(first * channels) << 2)
    averageRow(args, batch, d0, h0, from, (last - first) * channels, weight)
  }
  averages(args, batch, d0, h0, y, last, outW)
}

/** Windows of the output's columns from `first` to before `last`, one after the other. */
function averages(
  args: usize,
  batch: i32,
  d0: i32,
  h0: i32,
  y: usize,
  first: i32,
  last: i32,
): void {
  const channels = word(args, 3)
  const inD = word(args, 4)
  const inH = word(args, 5)
  const inW = word(args, 6)
  for (let w = first; w < last; w++) {
    const w0 = w * word(args, 15) - word(args, 18)
    const weight = f32x4.splat(averageWeight(args, d0, h0, w0))
    for (let c = 0; c < channels; c += 4) {
      let sum = f32x4.splat(0)
      for (let d = max(0, d0); d < min(inD, d0 + word(args, 10)); d++) {
        for (let row = max(0, h0); row < min(inH, h0 + word(args, 11)); row++) {
          for (let x = max(0, w0); x < min(inW, w0 + word(args, 12)); x++) {
            const place = (((batch * inD + d) * inH + row) * inW + x) * channels + c
            sum = f32x4.add(sum, loadLanes(pointer(args, 0) + (<usize>place << 2), channels - c))
          }
        }
      }
      const target = y + (<usize>(w * channels + c) << 2)
      storeLanes(target, f32x4.mul(sum, weight), channels - c)
    }
  }
}

/** So many floats of a row, of windows that begin at its first pixel and move on: whole vectors, few channels or many. */
function averageRow(
  args: usize,
  batch: i32,
  d0: i32,
  h0: i32,
  target: usize,
  floats: i32,
  weight: f32,
): void {
  const inD = word(args, 4)
  const inH = word(args, 5)
  const pixel = <usize>word(args, 3) << 2
  const width = <usize>word(args, 6) * pixel
  const across = <usize>word(args, 12) * pixel
  const firstRow = max(0, h0)
  const lastRow = min(inH, h0 + word(args, 11))
  for (let i = 0; i < floats; i += 4) {
    const at = <usize>i << 2
    const count = floats - i
    let sum = f32x4.splat(0)
    for (let d = max(0, d0); d < min(inD, d0 + word(args, 10)); d++) {
      let row = pointer(args, 0) + <usize>((batch * inD + d) * inH + firstRow) * width + at
      for (let h = firstRow; h < lastRow; h++) {
        for (let x: usize = 0; x < across; x += pixel) {
          sum = f32x4.add(sum, loadLanes(row + x, count))
        }
        row += width
      }
    }
    storeLanes(target + at, f32x4.mul(sum, f32x4.splat(weight)), count)
  }
}

/** First output index whose window reaches position `at`. */
function firstWindow(args: usize, axis: i32, at: i32): i32 {
  const stride = word(args, 13 + axis)
  const reach = at + word(args, 16 + axis) - word(args, 10 + axis) + 1
  return reach <= 0 ? 0 : (reach + stride - 1) / stride
}

/** Last output index whose window reaches position `at`. */
function lastWindow(args: usize, axis: i32, at: i32): i32 {
  return min(word(args, 7 + axis) - 1, (at + word(args, 16 + axis)) / word(args, 13 + axis))
}

/** Gathers, for each input position, the windows that cover it. */
export function averagePoolBackward(args: usize, chunk: i32): void {
  const channels = word(args, 3)
  const inD = word(args, 4)
  const inH = word(args, 5)
  const inW = word(args, 6)
  const outH = word(args, 8)
  const outW = word(args, 9)
  const batch = chunk / inD
  const d = chunk % inD
  for (let h = 0; h < inH; h++) {
    for (let w = 0; w < inW; w++) {
      for (let c = 0; c < channels; c += 4) {
        let sum = f32x4.splat(0)
        for (let z = firstWindow(args, 0, d); z <= lastWindow(args, 0, d); z++) {
          const d0 = z * word(args, 13) - word(args, 16)
          for (let y = firstWindow(args, 1, h); y <= lastWindow(args, 1, h); y++) {
            const h0 = y * word(args, 14) - word(args, 17)
            for (let x = firstWindow(args, 2, w); x <= lastWindow(args, 2, w); x++) {
              const w0 = x * word(args, 15) - word(args, 18)
              const weight = f32x4.splat(averageWeight(args, d0, h0, w0))
              const place = (((batch * word(args, 7) + z) * outH + y) * outW + x) * channels + c
              const dy = loadLanes(pointer(args, 0) + (<usize>place << 2), channels - c)
              sum = f32x4.add(sum, f32x4.mul(dy, weight))
            }
          }
        }
        const target = <usize>(((chunk * inH + h) * inW + w) * channels + c) << 2
        storeLanes(pointer(args, 1) + target, sum, channels - c)
      }
    }
  }
}

/** Mean over all pixels. 0 x, 1 y, 2 pixels, 3 channels; a chunk is one sample. */
export function globalAveragePool(args: usize, chunk: i32): void {
  const pixels = word(args, 2)
  const channels = word(args, 3)
  const x = pointer(args, 0) + (<usize>(chunk * pixels * channels) << 2)
  const y = pointer(args, 1) + (<usize>(chunk * channels) << 2)
  const weight = f32x4.splat(<f32>1 / <f32>pixels)
  for (let c = 0; c < channels; c += 4) {
    let sum = f32x4.splat(0)
    // Blocks of 64 keep the sums short, so that rounding does not grow with the number of pixels.
    for (let first = 0; first < pixels; first += 64) {
      let part = f32x4.splat(0)
      for (let pixel = first; pixel < min(pixels, first + 64); pixel++) {
        const place = x + (<usize>(pixel * channels + c) << 2)
        part = f32x4.add(part, loadLanes(place, channels - c))
      }
      sum = f32x4.add(sum, part)
    }
    storeLanes(y + (<usize>c << 2), f32x4.mul(sum, weight), channels - c)
  }
}

/** 0 dy, 1 dx, 2 pixels, 3 channels; a chunk is one sample. */
export function globalAveragePoolBackward(args: usize, chunk: i32): void {
  const pixels = word(args, 2)
  const channels = word(args, 3)
  const dy = pointer(args, 0) + (<usize>(chunk * channels) << 2)
  const dx = pointer(args, 1) + (<usize>(chunk * pixels * channels) << 2)
  const weight = f32x4.splat(<f32>1 / <f32>pixels)
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let c = 0; c < channels; c += 4) {
      const value = f32x4.mul(loadLanes(dy + (<usize>c << 2), channels - c), weight)
      storeLanes(dx + (<usize>(pixel * channels + c) << 2), value, channels - c)
    }
  }
}
