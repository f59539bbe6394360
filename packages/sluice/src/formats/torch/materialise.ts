import { SluiceError } from '../../foundation/errors.ts'
import { bytesPerElement, type HostTensor } from '../../foundation/hostTensor.ts'
import { formatShape, sameShape, stridesOf } from '../../foundation/shape.ts'
import {
  allocateBytes,
  copyBytes,
  elementsOf,
  formatByteCount,
  tensorByteCount,
} from '../tensorBytes.ts'
import type { PendingTensor } from './pickleValues.ts'

/** The bytes of all tensors together: checked before each is allocated. */
export class ByteBudget {
  private left: number
  private readonly total: number
  private readonly where: string

  constructor(total: number, where: string) {
    this.left = total
    this.total = total
    this.where = where
  }

  take(bytes: number | undefined, pending: PendingTensor): number {
    if (bytes !== undefined && bytes <= this.left) {
      this.left -= bytes
      return bytes
    }
    const claim = bytes === undefined ? 'more than can be counted' : formatByteCount(bytes)
    throw new SluiceError('limit', `a tensor claims ${claim}`, {
      where: this.where,
      expected: `at most ${formatByteCount(this.total)} for all tensors of this file`,
      received: `${pending.storage.dtype} ${formatShape(pending.shape)}`,
      fix: 'if the file is right, save it with .contiguous() tensors, or raise limits.maxBytes',
    })
  }
}

/**
 * The tensor with memory of its own, row-major: strided, transposed and expanded ones are gathered
 * from their storage. Bounds and size are checked before anything is allocated.
 *
 * @param storage the bytes of the tensor's storage (or its view of one)
 */
export function materialise(
  pending: PendingTensor,
  storage: Uint8Array,
  budget: ByteBudget,
  where: string,
): HostTensor {
  const { shape, strides, offset } = pending
  const { dtype } = pending.storage
  const width = bytesPerElement[dtype]
  const bytes = shape.includes(0) ? 0 : tensorByteCount(dtype, shape)
  if (bytes !== 0) checkBounds(pending, Math.floor(storage.byteLength / width), where)
  const out = allocateBytes(budget.take(bytes, pending), where)
  if (out.byteLength > 0) {
    if (sameShape(strides, stridesOf(shape))) {
      out.set(storage.subarray(offset * width, offset * width + out.byteLength))
    } else {
      gatherElements(pending, storage, out, width)
    }
  }
  return { dtype, shape, data: elementsOf(dtype, out) }
}

function checkBounds(pending: PendingTensor, available: number, where: string): void {
  const { shape, strides, offset, storage } = pending
  let last = offset
  for (let axis = 0; axis < shape.length; axis++) {
    last += ((shape[axis] ?? 1) - 1) * (strides[axis] ?? 0)
  }
  // Beyond 2⁵³ the sum is rounded, but then it is far beyond any storage too.
  if (last < available) return
  throw new SluiceError('format', 'a tensor reaches beyond its storage', {
    where,
    expected: `at most ${available} elements, what storage "${storage.key}" has`,
    received: `${storage.dtype} ${formatShape(shape)}, strides ${formatShape(strides)}, offset ${offset}`,
    fix: 'the file is damaged; fetch or save it again',
  })
}

/** Element by element, with the bits untouched: as unsigned words, so that no NaN is rewritten. */
function gatherElements(
  { shape, strides, offset }: PendingTensor,
  storage: Uint8Array,
  out: Uint8Array<ArrayBuffer>,
  width: number,
): void {
  const source = storage.byteOffset % width === 0 ? storage : copyBytes(storage)
  const { buffer, byteOffset, byteLength } = source
  if (width === 1) {
    gather(source, out, shape, strides, offset)
  } else if (width === 2) {
    const words = new Uint16Array(buffer, byteOffset, byteLength >> 1)
    gather(words, new Uint16Array(out.buffer), shape, strides, offset)
  } else {
    const words = new Uint32Array(buffer, byteOffset, Math.floor(byteLength / 4))
    const target = new Uint32Array(out.buffer)
    if (width === 4) gather(words, target, shape, strides, offset)
    // Eight bytes are two words: one more axis of size 2, and every stride twice as long.
    else gather(words, target, [...shape, 2], [...strides.map((s) => s * 2), 1], offset * 2)
  }
}

type Words = Uint8Array | Uint16Array | Uint32Array

/** Copies `source[offset + Σ index·stride]` to `target` in row-major order, like an odometer. */
function gather(
  source: Words,
  target: Words,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): void {
  const index = new Array<number>(shape.length).fill(0)
  let from = offset
  for (let to = 0; to < target.length; to++) {
    target[to] = source[from] as number
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1
      const stride = strides[axis] ?? 0
      if (next < (shape[axis] ?? 1)) {
        index[axis] = next
        from += stride
        break
      }
      index[axis] = 0
      from -= (next - 1) * stride
    }
  }
}
