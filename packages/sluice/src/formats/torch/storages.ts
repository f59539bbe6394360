import { SluiceError } from '../../foundation/errors.ts'
import { bytesPerElement, type HostTensor } from '../../foundation/hostTensor.ts'
import { formatByteCount, quoteName } from '../tensorBytes.ts'
import type { TorchLimits } from './limits.ts'
import { ByteBudget, materialise } from './materialise.ts'
import { type PendingTensor, type PickleValue, StorageReference } from './pickleValues.ts'

/**
 * Reads the persistent id of a storage: `('storage', type, key, location, elements[, view])`. The
 * location (a device) is ignored: tensors always come to ordinary memory.
 */
export function storageReference(id: PickleValue, where: string): StorageReference {
  const [kind, type, key, , elements, view] = Array.isArray(id) ? id : []
  const dtype =
    type !== null && typeof type === 'object' && 'dtype' in type ? type.dtype : undefined
  const named = typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint'
  if (kind !== 'storage' || dtype === undefined || !named || !isCount(elements)) {
    throw new SluiceError('format', 'a storage is not referred to as PyTorch does', {
      where,
      expected: "('storage', type, key, location, elements)",
    })
  }
  if (view === undefined || view === null) return new StorageReference(`${key}`, dtype, elements)
  const [, offset, viewElements] = Array.isArray(view) ? view : []
  if (!isCount(offset) || !isCount(viewElements) || offset + viewElements > elements) {
    throw new SluiceError('format', `the view into storage ${quoteName(`${key}`)} is not valid`, {
      where,
      received: `a storage of ${elements} elements`,
    })
  }
  return new StorageReference(`${key}`, dtype, elements, offset, viewElements)
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/**
 * Lays tensors out from their storages, each storage once.
 *
 * @param storageBytes the bytes of a whole storage by its key, undefined where the file has none
 */
export function tensorMaker(
  storageBytes: (key: string) => Uint8Array | undefined,
  limits: TorchLimits,
  where: string,
): (pending: PendingTensor) => HostTensor {
  const budget = new ByteBudget(limits.maxBytes, where)
  return (pending) => {
    const { storage } = pending
    const bytes = storageBytes(storage.key)
    if (bytes === undefined) {
      throw new SluiceError('format', `storage ${quoteName(storage.key)} is not in the file`, {
        where,
        fix: 'the file is damaged; fetch or save it again',
      })
    }
    const width = bytesPerElement[storage.dtype]
    if (storage.elements * width > bytes.byteLength) {
      throw new SluiceError(
        'format',
        `storage ${quoteName(storage.key)} is shorter than it claims`,
        {
          where,
          expected: formatByteCount(storage.elements * width),
          received: formatByteCount(bytes.byteLength),
          fix: 'the file is damaged; fetch or save it again',
        },
      )
    }
    const start = storage.viewOffset * width
    const view = bytes.subarray(start, start + storage.viewElements * width)
    return materialise(pending, view, budget, where)
  }
}
