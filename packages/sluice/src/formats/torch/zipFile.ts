import { SluiceError } from '../../foundation/errors.ts'
import { decodeUtf8, quoteName } from '../tensorBytes.ts'
import { crc32 } from '../zip/crc32.ts'
import { openZip, type ZipArchive, type ZipEntry } from '../zip/zipArchive.ts'
import { globalFinder } from './allowedGlobals.ts'
import type { TorchLimits } from './limits.ts'
import { PickleMachine } from './pickleMachine.ts'
import { storageReference, tensorMaker } from './storages.ts'
import { plainValue, type TorchValue } from './torchValue.ts'

/**
 * The format since PyTorch 1.6: a zip archive with one folder, in it `data.pkl` (the object),
 * `data/KEY` (one entry a storage) and, since 2.1, `byteorder`.
 */
export function readZipFile(bytes: Uint8Array, where: string, limits: TorchLimits): TorchValue {
  const archive = openZip(bytes, where)
  const folder = findFolder(archive.names, where)
  const whole = new Set<string>()
  const read = (name: string) => storedEntry(archive, `${folder}${name}`, where, whole)
  checkByteOrder(read('byteorder'), where)
  const pickle = read('data.pkl') ?? new Uint8Array()
  const machine = new PickleMachine(pickle, where, limits, {
    findGlobal: globalFinder(where),
    loadPersistent: (id) => storageReference(id, where),
  })
  const root = machine.run()
  const tensorOf = tensorMaker((key) => read(`data/${key}`), limits, where)
  return plainValue(root, tensorOf, limits.maxDepth, where)
}

/**
 * The bytes of an entry that is stored as it is, as all are that `torch.save` wrote.
 *
 * @param whole entries whose checksum was compared: many tensors may lie in one storage
 */
function storedEntry(
  archive: ZipArchive,
  name: string,
  where: string,
  whole: Set<string>,
): Uint8Array | undefined {
  const entry = archive.entry(name)
  if (entry === undefined) return undefined
  if (entry.method === 0 && !entry.encrypted) {
    if (!whole.has(name)) requireWhole(entry, where)
    whole.add(name)
    return entry.packed
  }
  throw new SluiceError(
    'unsupported',
    `${quoteName(name)} is ${entry.encrypted ? 'encrypted' : 'compressed'} in the zip archive`,
    {
      where,
      expected: 'entries stored as they are, as torch.save writes them',
      fix: 'load it with PyTorch and save it again with torch.save(model.state_dict(), path)',
    },
  )
}

/** PyTorch itself compares no checksums; told to compute none, it writes 0. */
function requireWhole({ name, packed, crc32: stated }: ZipEntry, where: string): void {
  if (stated === 0) return
  const found = crc32(packed)
  if (found === stated) return
  throw new SluiceError(
    'format',
    `the zip archive is damaged: ${quoteName(name)} is not what was saved`,
    {
      where,
      expected: `the checksum ${stated.toString(16)}`,
      received: found.toString(16),
      fix: 'fetch or save the file again',
    },
  )
}

/** The folder that holds `data.pkl`, with its slash; empty where there is none around it. */
function findFolder(names: readonly string[], where: string): string {
  const folders = names.flatMap((name) => /^([^/]*\/|)data\.pkl$/.exec(name)?.[1] ?? [])
  const [folder] = folders
  if (names.some((name) => /^[^/]*\/(constants\.pkl|code\/|model\.json$)/.test(name))) {
    throw new SluiceError('refused', 'this is a TorchScript program, not a file of weights', {
      where,
      expected: 'a state_dict saved with torch.save',
      fix: 'torch.save(torch.jit.load(path).state_dict(), newPath)',
    })
  }
  if (folders.length === 1 && folder !== undefined) return folder
  throw new SluiceError('format', `this zip archive ${guessKind(names)}`, {
    where,
    expected: 'a file that torch.save wrote, with one data.pkl',
    received: names.slice(0, 5).join(', ') || 'an empty archive',
    fix: 'save the weights with torch.save(model.state_dict(), path) or as safetensors',
  })
}

function guessKind(names: readonly string[]): string {
  const all = names.join('\n')
  if (/\.npy$/m.test(all)) return 'is a numpy .npz file'
  if (/model\.weights\.h5$/m.test(all)) return 'is a Keras model'
  if (/(^|\/)archive_format$/m.test(all)) return 'is an exported program of torch.export'
  if (/\.(pth?|safetensors|ckpt)$/m.test(all)) return 'holds a weights file; unpack it first'
  return 'is not a PyTorch file'
}

function checkByteOrder(entry: Uint8Array | undefined, where: string): void {
  if (entry === undefined) return
  const order = decodeUtf8(entry)?.trim()
  if (order === 'little') return
  const big = order === 'big'
  throw new SluiceError(
    big ? 'unsupported' : 'format',
    big ? 'the file was saved on a big-endian machine' : 'the byte order of the file is unknown',
    { where, expected: 'little-endian data', fix: 'load and save it again on a usual machine' },
  )
}
