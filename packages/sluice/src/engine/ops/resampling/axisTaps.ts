/**
 * What the outputs of one axis read: padding and resizing do the same thing with other lists. Output i
 * is the sum of `weights[t] · input[indices[t]]` for t from `starts[i]` to before `starts[i + 1]`; one
 * without taps lies outside the input.
 */
export interface AxisTaps {
  readonly starts: Int32Array
  readonly indices: Int32Array
  readonly weights: Float64Array
}

/** The taps of depth, height and width. */
export type SpatialTaps = readonly [AxisTaps, AxisTaps, AxisTaps]

/** Takes the next tap of the output at hand. */
export type AddTap = (index: number, weight: number) => void

/** Collects the taps of `outputs` outputs, one after another. */
export function collectTaps(
  outputs: number,
  visit: (output: number, add: AddTap) => void,
): AxisTaps {
  const starts = new Int32Array(outputs + 1)
  const indices: number[] = []
  const weights: number[] = []
  const add: AddTap = (index, weight) => {
    indices.push(index)
    weights.push(weight)
  }
  for (let output = 0; output < outputs; output++) {
    visit(output, add)
    starts[output + 1] = indices.length
  }
  return { starts, indices: Int32Array.from(indices), weights: Float64Array.from(weights) }
}

/** How many outputs there are. */
export function outputCount({ starts }: AxisTaps): number {
  return starts.length - 1
}

/** The other way round, for gradients: which outputs read each of `size` inputs, in their order. */
export function transposeTaps({ starts, indices, weights }: AxisTaps, size: number): AxisTaps {
  const back = new Int32Array(size + 1)
  for (const index of indices) back[index + 1] = (back[index + 1] as number) + 1
  for (let i = 0; i < size; i++) back[i + 1] = (back[i + 1] as number) + (back[i] as number)
  const next = back.slice()
  const readers = new Int32Array(indices.length)
  const shares = new Float64Array(indices.length)
  for (let output = 0; output + 1 < starts.length; output++) {
    for (let tap = starts[output] as number; tap < (starts[output + 1] as number); tap++) {
      const index = indices[tap] as number
      const place = next[index] as number
      next[index] = place + 1
      readers[place] = output
      shares[place] = weights[tap] as number
    }
  }
  return { starts: back, indices: readers, weights: shares }
}

/** The most taps that any output has over all axes together: the length of its sum. */
export function mostTaps(taps: SpatialTaps): number {
  return taps.reduce((product, { starts }) => {
    let most = 1
    for (let i = 0; i + 1 < starts.length; i++) {
      most = Math.max(most, (starts[i + 1] as number) - (starts[i] as number))
    }
    return product * most
  }, 1)
}
