import type { Session } from '../engine/runtime/session.ts'
import { SluiceError } from '../foundation/errors.ts'
import {
  type Float32Tensor,
  type HostTensor,
  type NamedTensors,
  toFloat32,
} from '../foundation/hostTensor.ts'
import { present } from '../foundation/invariant.ts'
import { formatShape, type Shape, sameShape } from '../foundation/shape.ts'

/** Some variables of a session as tensors, in the order of `names`. */
export function readVariables(
  session: Session,
  names: Iterable<string>,
): Map<string, Float32Tensor> {
  const tensors = new Map<string, Float32Tensor>()
  for (const name of names) {
    const { shape } = variableOf(session, name)
    tensors.set(name, { dtype: 'float32', shape, data: session.variables.read(name) })
  }
  return tensors
}

/**
 * Writes variables, all or none: every name must have a tensor of its shape.
 * @throws SluiceError `missing` or `shape`, naming the tensor
 */
export function writeVariables(
  session: Session,
  names: Iterable<string>,
  tensors: NamedTensors,
): void {
  const pairs = [...names].map((name) => {
    return [name, tensorFor(name, variableOf(session, name).shape, tensors)] as const
  })
  for (const [name, tensor] of pairs) session.variables.write(name, toFloat32(tensor).data)
}

function variableOf(session: Session, name: string) {
  return present(session.plan.graph.variables.get(name), `variable ${name}`).value
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
