import { SluiceError } from '../foundation/errors.ts'
import type { NamedTensors } from '../foundation/hostTensor.ts'
import { formatShape, type Shape } from '../foundation/shape.ts'

/** The shape of a tensor that the network must have, with so many axes. */
export function shapeOfTensor(tensors: NamedTensors, name: string, rank: number): Shape {
  const tensor = tensors.get(name)
  if (tensor === undefined) {
    throw new SluiceError('missing', `the network lacks the tensor "${name}"`, {
      received: [...tensors.keys()].slice(0, 12).join(', '),
    })
  }
  if (tensor.shape.length === rank) return tensor.shape
  throw new SluiceError('shape', `tensor "${name}" has a strange shape`, {
    expected: `${rank} axes`,
    received: formatShape(tensor.shape),
  })
}
