import { SluiceError } from '../../foundation/errors.ts'
import type { HostTensor } from '../../foundation/hostTensor.ts'
import { copyBytes } from '../tensorBytes.ts'
import {
  AllowedGlobal,
  AttributeBag,
  NumpyType,
  PendingTensor,
  type PickleValue,
  type StorageReference,
} from './pickleValues.ts'

/**
 * What a PyTorch file holds, as plain data: dictionaries (and argparse.Namespace) are Maps in the
 * file's order; lists, tuples and sets are arrays; integers are numbers, or bigints beyond 2⁵³;
 * element types and devices are their names, such as `torch.float32`. What the file refers to twice
 * is the same object twice.
 */
export type TorchValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | HostTensor
  | readonly TorchValue[]
  | ReadonlyMap<TorchValue, TorchValue>

/** True for the tensors among the values. */
export function isTensor(value: TorchValue | undefined): value is HostTensor {
  return typeof value === 'object' && value !== null && 'dtype' in value
}

/** True for dictionaries. */
export function isDictionary(
  value: TorchValue | undefined,
): value is ReadonlyMap<TorchValue, TorchValue> {
  return value instanceof Map
}

/**
 * Turns the machine's values into plain ones, each once, with tensors laid out by `tensorOf`.
 *
 * @throws SluiceError `limit` where values nest too deep, `unsupported` where one contains itself
 */
export function plainValue(
  root: PickleValue,
  tensorOf: (pending: PendingTensor) => HostTensor,
  maxDepth: number,
  where: string,
): TorchValue {
  const finished = new Map<object, TorchValue>()
  const open = new Set<object>()

  const convert = (value: PickleValue, depth: number): TorchValue => {
    if (value === null || typeof value !== 'object') return value
    const known = finished.get(value)
    if (known !== undefined) return known
    if (open.has(value)) throw new SluiceError('unsupported', 'a value contains itself', { where })
    if (depth > maxDepth) {
      throw new SluiceError('limit', `values are nested deeper than ${maxDepth}`, { where })
    }
    open.add(value)
    const plain = convertObject(value, depth)
    open.delete(value)
    finished.set(value, plain)
    return plain
  }

  const convertObject = (value: PickleValue & object, depth: number): TorchValue => {
    if (value instanceof PendingTensor) return tensorOf(value)
    if (value instanceof Uint8Array) return copyBytes(value)
    if (value instanceof AllowedGlobal) return value.name
    if (value instanceof NumpyType) return value.code
    if (value instanceof AttributeBag) return convertMap(value.attributes, depth)
    if (value instanceof Map) return convertMap(value, depth)
    if (Array.isArray(value)) return value.map((item) => convert(item, depth + 1))
    return refuseStorage(value, where)
  }

  const convertMap = (map: Map<PickleValue, PickleValue>, depth: number): TorchValue => {
    const plain = new Map<TorchValue, TorchValue>()
    for (const [key, item] of map) plain.set(convert(key, depth + 1), convert(item, depth + 1))
    return plain
  }

  return convert(root, 0)
}

function refuseStorage(storage: StorageReference, where: string): never {
  throw new SluiceError('unsupported', `the file holds a bare storage, "${storage.key}"`, {
    where,
    expected: 'tensors',
    fix: 'save the tensor that uses it instead',
  })
}
