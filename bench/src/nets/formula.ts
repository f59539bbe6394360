import { generatorTensors } from './deepFillGenerator.ts'
import { exampleSize, type Layer, type Net } from './net.ts'

/**
 * Weights and inputs come from a formula, so that every peer's process makes the same numbers by itself
 * and nothing large travels between processes.
 */

/** A tensor as PyTorch names and lays it out: convolutions `[out, in, …kernel]`. */
export interface Weight {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

export type Weights = ReadonlyMap<string, Weight>

interface WeightSpec {
  readonly name: string
  readonly shape: readonly number[]
  /** Values are in [−bound, bound). */
  readonly bound: number
}

/** All weights of a net under their state_dict names. */
export function formulaWeights(net: Net): Weights {
  return new Map(
    weightSpecs(net.layers, '').map(({ name, shape, bound }) => {
      const count = shape.reduce((product, size) => product * size, 1)
      return [name, { shape, data: formulaValues(name, count, bound) }]
    }),
  )
}

/** The first `count` examples of an endless list, `[count, …net.input]`. */
export function formulaInput(net: Net, count: number): Float32Array {
  const values = formulaValues('examples', count * exampleSize(net), 1)
  if (net.hole === true) drawHoles(values, net.input)
  return values
}

/** Makes the last channel of every example a mask: 1 in the middle ninth, 0 around it. */
function drawHoles(values: Float32Array, [channels = 1, height = 1, width = 1]: readonly number[]) {
  const area = height * width
  const inside = (at: number, size: number) => at >= size / 3 && at < (2 * size) / 3
  for (let start = (channels - 1) * area; start < values.length; start += channels * area) {
    for (let i = 0; i < area; i++) {
      const hole = inside(Math.floor(i / width), height) && inside(i % width, width)
      values[start + i] = hole ? 1 : 0
    }
  }
}

/** Labels of those examples, going round the classes. */
export function formulaLabels(count: number, classes: number): Int32Array {
  return Int32Array.from({ length: count }, (_, example) => (example * 3 + 1) % classes)
}

/**
 * The bounds keep activations near one from layer to layer; with PyTorch's defaults they would shrink
 * until the outputs showed little but biases, and comparing outputs would prove little.
 */
function weightSpecs(layers: readonly Layer[], prefix: string): WeightSpec[] {
  return layers.flatMap((layer): WeightSpec[] => {
    const path = `${prefix}${layer.name}`
    if (layer.is === 'upsample') return []
    if (layer.is === 'deepFill') {
      return generatorTensors().map(({ name, shape }) => {
        const fan = shape.slice(1).reduce((product, size) => product * size, 1)
        const bound = shape.length === 1 ? 0.1 : Math.sqrt(12 / fan)
        return { name: `${path}.${name}`, shape, bound }
      })
    }
    if (layer.is === 'residual') return weightSpecs(layer.layers, `${path}.body.`)
    if (layer.is === 'branches') {
      return layer.paths.flatMap((layers, index) => weightSpecs(layers, `${path}.${index}.`))
    }
    const { scale = 1 } = layer
    if (layer.is === 'linear') {
      const { inFeatures, outFeatures } = layer
      return affine(path, [outFeatures, inFeatures], Math.sqrt(3 / inFeatures) * scale, 0.1)
    }
    const shape = [layer.outChannels, layer.inChannels, ...layer.kernel]
    const fan = layer.kernel.reduce((product, size) => product * size, layer.inChannels)
    if (layer.is === 'conv') return affine(path, shape, Math.sqrt(6 / fan) * scale, 0.1)
    return [
      ...affine(`${path}.${layer.feature}`, shape, Math.sqrt(18 / fan) * scale, 0.1 * scale),
      ...affine(`${path}.${layer.gate}`, shape, Math.sqrt(3 / fan), 0.1),
    ]
  })
}

function affine(
  path: string,
  shape: readonly number[],
  bound: number,
  biasBound: number,
): WeightSpec[] {
  return [
    { name: `${path}.weight`, shape, bound },
    { name: `${path}.bias`, shape: shape.slice(0, 1), bound: biasBound },
  ]
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

/** The weight of that name. @throws if the net has none */
export function weightOf(weights: Weights, name: string): Weight {
  const weight = weights.get(name)
  if (weight === undefined) throw new Error(`no weight named ${name}`)
  return weight
}
