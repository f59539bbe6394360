import type { VariableStore } from '../engine/device/device.ts'
import { SluiceError } from '../foundation/errors.ts'
import {
  type Float32Tensor,
  type HostTensor,
  type NamedTensors,
  toFloat32,
} from '../foundation/hostTensor.ts'
import { present } from '../foundation/invariant.ts'
import { formatShape, type Shape, sameShape } from '../foundation/shape.ts'

/** Variables on a device, with the shapes that programs gave them. */
export interface ShapedVariables {
  readonly store: VariableStore
  readonly shapes: ReadonlyMap<string, Shape>
}

/** One variable as a tensor. */
export function readVariable({ store, shapes }: ShapedVariables, name: string): Float32Tensor {
  return { dtype: 'float32', shape: present(shapes.get(name), name), data: store.read(name) }
}

/** Some variables as tensors, in the order of `names`. */
export function readVariables(
  variables: ShapedVariables,
  names: Iterable<string>,
): Map<string, Float32Tensor> {
  return new Map([...names].map((name) => [name, readVariable(variables, name)]))
}

/**
 * Writes variables, all or none: every name must have a tensor of its shape.
 * @throws SluiceError `missing` or `shape`, naming the tensor
 */
export function writeVariables(
  { store, shapes }: ShapedVariables,
  names: Iterable<string>,
  tensors: NamedTensors,
): void {
  const pairs = [...names].map((name) => {
    return [name, tensorFor(name, present(shapes.get(name), name), tensors)] as const
  })
  for (const [name, tensor] of pairs) store.write(name, toFloat32(tensor).data)
}

function tensorFor(name: string, shape: Shape, tensors: NamedTensors): HostTensor {
  const tensor = tensors.get(name)
  if (tensor === undefined) {
    throw new SluiceError('missing', `there is no tensor "${name}"`, {
      expected: formatShape(shape),
    })
  }
  if (sameShape(tensor.shape, shape)) return tensor
  throw new SluiceError('shape', `tensor "${name}" does not fit the model`, {
    expected: formatShape(shape),
    received: formatShape(tensor.shape),
  })
}

/** Refuses tensors with NaN or infinities. */
export function requireFinite(tensors: NamedTensors, step: number): void {
  for (const [name, { data }] of tensors) {
    for (const value of data) {
      if (Number.isFinite(Number(value))) continue
      throw new SluiceError('numeric', `"${name}" holds ${value} after step ${step}`, {
        fix: 'go on from the last checkpoint with a lower learning rate or with clipNorm',
      })
    }
  }
}
