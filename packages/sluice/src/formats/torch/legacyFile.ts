import { SluiceError } from '../../foundation/errors.ts'
import { bytesPerElement } from '../../foundation/hostTensor.ts'
import { formatByteCount, quoteName } from '../tensorBytes.ts'
import { globalFinder } from './allowedGlobals.ts'
import type { TorchLimits } from './limits.ts'
import { PickleMachine, type PickleWorld, withoutPersistent } from './pickleMachine.ts'
import type { PickleValue, StorageReference } from './pickleValues.ts'
import { storageReference, tensorMaker } from './storages.ts'
import { plainValue, type TorchValue } from './torchValue.ts'

/**
 * The format from before PyTorch 1.6: five pickles in a row (a magic number, the protocol, facts
 * about the machine, the object, the keys of the storages) and then, in the order of the keys, each
 * storage as a 64-bit count of elements and its bytes.
 *
 * @see torch/serialization.py, `_legacy_save` and `_legacy_load`
 */
export function readLegacyFile(bytes: Uint8Array, where: string, limits: TorchLimits): TorchValue {
  const sequence = new PickleSequence(bytes, where, limits)
  const plain = withoutPersistent(globalFinder(where))
  checkStart(sequence.next(plain), where)
  checkProtocol(sequence.next(plain), where)
  checkByteOrder(sequence.next(plain), where)
  const references = new Map<string, StorageReference>()
  const root = sequence.next({
    ...plain,
    loadPersistent: (id) => {
      const reference = storageReference(id, where)
      return remember(references, reference, where)
    },
  })
  const keys = sequence.next(plain)
  const storages = readStorages(bytes, sequence.at, storageKeys(keys, where), references, where)
  const tensorOf = tensorMaker((key) => storages.get(key), limits, where)
  return plainValue(root, tensorOf, limits.maxDepth, where)
}

const magicNumber = 119547037146038801333356n
const protocolVersion = 1001

/** Pickles that follow one another in one file. */
class PickleSequence {
  at = 0
  private readonly bytes: Uint8Array
  private readonly where: string
  private readonly limits: TorchLimits

  constructor(bytes: Uint8Array, where: string, limits: TorchLimits) {
    this.bytes = bytes
    this.where = where
    this.limits = limits
  }

  next(world: PickleWorld): PickleValue {
    const machine = new PickleMachine(this.bytes, this.where, this.limits, world, this.at)
    const value = machine.run()
    this.at = machine.cursor.at
    return value
  }
}

function checkStart(magic: PickleValue, where: string): void {
  if (magic === magicNumber) return
  throw new SluiceError('format', 'this is a pickle, but not one that torch.save wrote', {
    where,
    fix: 'load it in Python and save the weights with torch.save(state_dict, path)',
  })
}

function checkProtocol(version: PickleValue, where: string): void {
  if (version === protocolVersion) return
  throw new SluiceError('unsupported', 'the file has an unknown version of the old format', {
    where,
    expected: String(protocolVersion),
  })
}

function checkByteOrder(machine: PickleValue, where: string): void {
  if (machine instanceof Map && machine.get('little_endian') === true) return
  throw new SluiceError('unsupported', 'the file was not saved on a little-endian machine', {
    where,
    fix: 'load and save it again on a usual machine',
  })
}

/** Two references to one storage must agree, since its size in the file follows from its type. */
function remember(
  references: Map<string, StorageReference>,
  reference: StorageReference,
  where: string,
): StorageReference {
  const first = references.get(reference.key)
  if (first === undefined) references.set(reference.key, reference)
  else if (first.dtype !== reference.dtype || first.elements !== reference.elements) {
    throw new SluiceError('format', `storage ${quoteName(reference.key)} has two types or sizes`, {
      where,
    })
  }
  return reference
}

function storageKeys(keys: PickleValue, where: string): string[] {
  if (!Array.isArray(keys)) {
    throw new SluiceError('format', 'the list of storages is missing', { where })
  }
  return keys.map((key) => {
    if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'bigint') {
      throw new SluiceError('format', 'the key of a storage is neither text nor a number', {
        where,
      })
    }
    return String(key)
  })
}

function readStorages(
  bytes: Uint8Array,
  start: number,
  keys: readonly string[],
  references: ReadonlyMap<string, StorageReference>,
  where: string,
): ReadonlyMap<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const storages = new Map<string, Uint8Array>()
  let at = start
  for (const key of keys) {
    const reference = references.get(key)
    if (reference === undefined || storages.has(key)) {
      throw new SluiceError('format', `storage ${quoteName(key)} is listed but not used`, { where })
    }
    const left = bytes.byteLength - at - 8
    const elements = left < 0 ? undefined : Number(view.getBigUint64(at, true))
    const claimed = reference.elements * bytesPerElement[reference.dtype]
    if (elements !== reference.elements || claimed > left) {
      throw new SluiceError('format', `storage ${quoteName(key)} does not have its size`, {
        where,
        expected: `${reference.elements} elements, ${formatByteCount(claimed)}`,
        received: `${elements ?? 'no'} elements, ${formatByteCount(Math.max(0, left))} of file`,
        fix: 'the file is cut off; fetch or save it again',
      })
    }
    storages.set(key, bytes.subarray(at + 8, at + 8 + claimed))
    at += 8 + claimed
  }
  return storages
}
