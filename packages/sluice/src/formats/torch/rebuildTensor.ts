import { SluiceError } from '../../foundation/errors.ts'
import { formatShape } from '../../foundation/shape.ts'
import { AllowedGlobal, PendingTensor, type PickleValue, StorageReference } from './pickleValues.ts'

/** PyTorch itself stops at 64 axes in most operations. */
const maxRank = 64

const plainRebuild = /^torch\._utils\._rebuild_(tensor|parameter)/

/** `_rebuild_tensor(storage, offset, size, stride)`; later versions append what weights do not need. */
export function rebuildTensor(args: readonly PickleValue[], where: string): PendingTensor {
  const [storage, offset, size, stride] = args
  if (!(storage instanceof StorageReference)) {
    throw new SluiceError('format', 'a tensor does not lie in a storage', { where })
  }
  const place = readPlace(offset, size, stride, where)
  return new PendingTensor(storage, place.offset, place.shape, place.strides)
}

/** A parameter is its tensor; whether it wants a gradient is the model's business. */
export function rebuildParameter(args: readonly PickleValue[], where: string): PendingTensor {
  const [data] = args
  if (data instanceof PendingTensor) return data
  throw new SluiceError('format', 'a parameter holds no tensor', { where })
}

/** `(function, type, args, state)`: a tensor with attributes of its own, which are dropped. */
export function rebuildTypedTensor(args: readonly PickleValue[], where: string): PickleValue {
  const [rebuild, type, inner] = args
  const known = rebuild instanceof AllowedGlobal && type instanceof AllowedGlobal
  // Only the plain functions: one of these inside another would recurse as deep as the file likes.
  if (known && plainRebuild.test(rebuild.name) && rebuild.call && Array.isArray(inner)) {
    const result = rebuild.call(inner)
    if (result instanceof PendingTensor) return result
  }
  throw new SluiceError('format', 'a tensor with attributes is not made from a tensor', { where })
}

interface Place {
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

function readPlace(
  offset: PickleValue | undefined,
  size: PickleValue | undefined,
  stride: PickleValue | undefined,
  where: string,
): Place {
  const shape = sizes(size)
  const strides = sizes(stride)
  const [start] = sizes([offset ?? null]) ?? []
  if (shape === undefined || strides?.length !== shape.length || start === undefined) {
    throw new SluiceError('format', 'a tensor has no valid size, stride and offset', {
      where,
      expected: 'whole numbers, 0 or more, as many strides as sizes',
      received: `size ${describe(size)}, stride ${describe(stride)}`,
    })
  }
  if (shape.length > maxRank) {
    throw new SluiceError('limit', `a tensor has ${shape.length} axes`, {
      where,
      expected: `at most ${maxRank}`,
    })
  }
  return { offset: start, shape, strides }
}

/** Whole numbers of 0 or more, or undefined. */
function sizes(value: PickleValue | undefined): number[] | undefined {
  if (!Array.isArray(value)) return undefined
  const numbers: number[] = []
  for (const item of value) {
    if (typeof item !== 'number' || !Number.isSafeInteger(item) || item < 0) return undefined
    numbers.push(item)
  }
  return numbers
}

function describe(value: PickleValue | undefined): string {
  if (!Array.isArray(value)) return typeof value
  return formatShape(
    value.slice(0, 8).map((item) => (typeof item === 'number' ? item : Number.NaN)),
  )
}
