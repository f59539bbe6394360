import { SluiceError } from '../../foundation/errors.ts'
import type { HostTensor, NamedTensors } from '../../foundation/hostTensor.ts'
import { formatByteCount, quoteName } from '../tensorBytes.ts'
import { unpackEntry } from '../zip/unpackEntry.ts'
import { openZip } from '../zip/zipArchive.ts'
import { readNpy } from './readNpy.ts'

/** The arrays of an .npz file, unpacked when they are asked for. */
export interface NpzFile {
  /** In the order of the file, without `.npy`. */
  readonly names: readonly string[]
  /**
   * The array of that name.
   * @throws SluiceError `missing` when there is none, and as `readNpz` does
   */
  readonly read: (name: string) => Promise<HostTensor>
}

/** How much an .npz file may make us do. */
export interface NpzLimits {
  /** Bytes of one array, unpacked. Default 2 GiB. */
  readonly maxBytes?: number
}

const defaultMaxBytes = 2 ** 31

/**
 * Opens an .npz file (a zip archive of .npy files, as `numpy.savez` and `numpy.savez_compressed` write
 * them) without unpacking anything.
 *
 * @param bytes the whole file; must not change while arrays are read from it
 * @param where what to call the file in errors
 * @throws SluiceError `format` where the archive is damaged or holds something else than arrays
 */
export function openNpz(bytes: Uint8Array, where: string, limits: NpzLimits = {}): NpzFile {
  const { maxBytes = defaultMaxBytes } = limits
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
    throw new SluiceError('format', 'this is not an .npz file', {
      where,
      expected: 'a zip archive, as numpy.savez writes it',
      received: bytes.byteLength === 0 ? 'an empty file' : 'something else',
    })
  }
  const archive = openZip(bytes, where)
  const foreign = archive.names.find((name) => !name.endsWith('.npy'))
  if (foreign !== undefined) {
    throw new SluiceError('format', `the archive holds ${quoteName(foreign)}`, {
      where,
      expected: 'only arrays (.npy), as numpy.savez writes them',
    })
  }
  const names = archive.names.map((name) => name.slice(0, -4))
  const read = async (name: string): Promise<HostTensor> => {
    const entry = archive.entry(`${name}.npy`)
    if (entry === undefined) {
      throw new SluiceError('missing', `there is no array ${quoteName(name)}`, {
        where,
        received: names.slice(0, 6).map(quoteName).join(', ') || 'no arrays',
      })
    }
    const inside = `${where}: ${quoteName(name)}`
    if (entry.plainBytes > maxBytes) {
      throw new SluiceError('limit', 'the array is too large', {
        where: inside,
        expected: `at most ${formatByteCount(maxBytes)}`,
        received: formatByteCount(entry.plainBytes),
      })
    }
    return readNpy(await unpackEntry(entry, inside), inside)
  }
  return { names, read }
}

/**
 * All arrays of an .npz file.
 * @throws SluiceError `format`, `limit` (all arrays together beyond `maxBytes`), `unsupported` or
 *   `refused`, naming the array
 */
export async function readNpz(
  bytes: Uint8Array,
  where: string,
  limits: NpzLimits = {},
): Promise<NamedTensors> {
  const { maxBytes = defaultMaxBytes } = limits
  const file = openNpz(bytes, where, limits)
  const tensors: NamedTensors = new Map()
  let total = 0
  for (const name of file.names) {
    const tensor = await file.read(name)
    total += tensor.data.byteLength
    if (total > maxBytes) {
      throw new SluiceError('limit', 'the arrays are too large together', {
        where,
        expected: `at most ${formatByteCount(maxBytes)}`,
      })
    }
    tensors.set(name, tensor)
  }
  return tensors
}
