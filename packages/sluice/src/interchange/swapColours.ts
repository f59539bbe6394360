import { type NamedTensors, tensor, toFloat32 } from '../foundation/hostTensor.ts'
import { elementCount } from '../foundation/shape.ts'

/** Convolutions of DeepFill v2 that see colours, first among their inputs. */
const seeing = ['stage1.conv1.conv', 'stage2.conv_conv1.conv', 'stage2.ca_conv1.conv']
/** Convolutions that make colours. */
const making = ['stage1.conv_to_rgb.conv', 'stage2.conv_to_rgb.conv']

/**
 * DeepFill v2's weights for pictures whose first and third colour are exchanged: the network does to RGB
 * what it did to BGR. Doing it twice changes nothing.
 */
export function swapColours(weights: NamedTensors): NamedTensors {
  const swapped = new Map(weights)
  const exchange = (name: string, axis: number): void => {
    const given = weights.get(name)
    if (given === undefined) return
    const { shape, data } = toFloat32(given)
    const run = elementCount(shape.slice(axis + 1))
    const block = run * (shape[axis] ?? 1)
    const turned = data.slice()
    for (let at = 0; at < data.length; at += block) {
      turned.set(data.subarray(at, at + run), at + 2 * run)
      turned.set(data.subarray(at + 2 * run, at + 3 * run), at)
    }
    swapped.set(name, tensor(shape, turned))
  }
  for (const name of seeing) exchange(`${name}.weight`, 1)
  for (const name of making) {
    exchange(`${name}.weight`, 0)
    exchange(`${name}.bias`, 0)
  }
  return swapped
}
