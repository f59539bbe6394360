/**
 * The network under measurement, `SpatioTemporalGatedConvNet` on `[N, 3, 8, 32, 32]`, its weights and
 * its clips. Weights and clips come from a formula, so every peer's process makes the same numbers
 * by itself and nothing large travels between processes.
 */
export const CLIP = { channels: 3, frames: 8, height: 32, width: 32 } as const
export const CLASSES = 10
export const CHANNELS = [CLIP.channels, 16, 32, 64] as const
export const POSITIONS = CLIP.frames * CLIP.height * CLIP.width
export const FEATURES = 64 * POSITIONS

/** Plain SGD at a rate where one step changes every tensor far beyond float32's rounding. */
export const LEARNING_RATE = 3e-4

/** A weight as PyTorch names and lays it out: convolutions `[out, in, d, h, w]`. */
export interface Weight {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

export type Weights = ReadonlyMap<string, Weight>

/** The three gated layers, from input to output. */
export const GATED_LAYERS = [1, 2, 3].map((k) => ({
  name: `gated_conv${k}`,
  inChannels: CHANNELS[k - 1] as number,
  outChannels: CHANNELS[k] as number,
}))

/** Some clips with their labels. Frames are here twice so that no peer pays for a transposition. */
export interface Batch {
  readonly count: number
  /** `[count, channels, frames, height, width]` */
  readonly channelsFirst: Float32Array
  /** `[count, frames, height, width, channels]` */
  readonly channelsLast: Float32Array
  readonly labels: Int32Array
}

/**
 * All weights under their state_dict names. The bounds keep activations near one through the first
 * two gated layers; with PyTorch's defaults they would shrink until the outputs showed little but
 * biases, and comparing outputs would prove little. The third layer's features are a tenth and the
 * linear weights ten times as large, because otherwise the gradient of the linear layer, which reads
 * half a million features, would allow no learning rate at which the convolutions move as well.
 */
export function formulaWeights(): Weights {
  const weights = new Map<string, Weight>()
  const add = (name: string, shape: readonly number[], bound: number): void => {
    const count = shape.reduce((product, size) => product * size, 1)
    weights.set(name, { shape, data: formulaValues(name, count, bound) })
  }
  for (const { name, inChannels, outChannels } of GATED_LAYERS) {
    const shape = [outChannels, inChannels, 3, 3, 3]
    const scale = name === 'gated_conv3' ? 0.1 : 1
    add(`${name}.spatial_conv.weight`, shape, Math.sqrt(18 / (27 * inChannels)) * scale)
    add(`${name}.spatial_conv.bias`, [outChannels], 0.1 * scale)
    add(`${name}.temporal_conv.weight`, shape, Math.sqrt(3 / (27 * inChannels)))
    add(`${name}.temporal_conv.bias`, [outChannels], 0.1)
  }
  add('fc1.weight', [CLASSES, FEATURES], Math.sqrt(3 / FEATURES) * 10)
  add('fc1.bias', [CLASSES], 0.1)
  return weights
}

/** The first `count` clips of an endless list; labels go round the classes. */
export function formulaBatch(count: number): Batch {
  const { channels } = CLIP
  const channelsFirst = formulaValues('clips', count * channels * POSITIONS, 1)
  const channelsLast = new Float32Array(channelsFirst.length)
  for (let clip = 0; clip < count; clip++) {
    const base = clip * channels * POSITIONS
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < POSITIONS; p++) {
        channelsLast[base + p * channels + c] = channelsFirst[base + c * POSITIONS + p] as number
      }
    }
  }
  const labels = Int32Array.from({ length: count }, (_, clip) => (clip * 3 + 1) % CLASSES)
  return { count, channelsFirst, channelsLast, labels }
}

/** `count` numbers in [−bound, bound) that depend on the name and the index alone. */
export function formulaValues(name: string, count: number, bound: number): Float32Array {
  let seed = 0x811c9dc5
  for (let i = 0; i < name.length; i++) seed = Math.imul(seed ^ name.charCodeAt(i), 0x01000193)
  const values = new Float32Array(count)
  for (let i = 0; i < count; i++) values[i] = (mix(seed + i) / 2 ** 31 - 1) * bound
  return values
}

/** The finaliser of MurmurHash3: every input bit reaches every output bit. */
function mix(word: number): number {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The weight of that name. @throws if the network has none */
export function weightOf(weights: Weights, name: string): Weight {
  const weight = weights.get(name)
  if (weight === undefined) throw new Error(`no weight named ${name}`)
  return weight
}
