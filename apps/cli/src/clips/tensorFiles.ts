import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import { type HostTensor, SluiceError } from 'sluice'
import {
  type NpzFile,
  npyHeaderBytes,
  npyTensor,
  openNpz,
  readNpyHeader,
  readSafetensorsHeader,
  tensorOfBytes,
} from 'sluice/formats'
import { checkRegularFile } from './videoInput.ts'

/** Bytes of one clip's array, and of an archive that must be held whole. */
const MOST_CLIP_BYTES = 512 * 2 ** 20
const MOST_ARCHIVE_BYTES = 2 ** 31 - 1
/** The reference implementation's limit on a safetensors header. */
const MOST_HEADER_BYTES = 100_000_000

/** Names of the arrays in a file; one without a name for .npy. */
export async function tensorNames(path: string): Promise<readonly (string | undefined)[]> {
  if (isNpz(path)) return (await archiveOf(path)).names
  if (isNpy(path)) return [undefined]
  return withFile(path, async (file, bytes) => [
    ...(await safetensorsHeader(file, bytes, path)).tensors.keys(),
  ])
}

/**
 * Reads one array of a tensor file, or one element along its first axis. Of .npy and safetensors no
 * more is read than that; an .npz archive is held while its arrays are asked for.
 * @param member a name, a place along the first axis, or `name#place`; the only array if absent
 * @throws SluiceError that names the file
 */
export async function readTensor(path: string, member: string | undefined): Promise<HostTensor> {
  await checkRegularFile(path)
  const where = member === undefined ? path : `${path}#${member}`
  if (isNpy(path)) {
    const place = member === undefined ? undefined : placeOf(member, where)
    return withFile(path, (file, bytes) => readNpyPart(file, bytes, place, where))
  }
  const names = await tensorNames(path)
  const { name, place } = chooseMember(names, member, where)
  if (isNpz(path)) {
    const tensor = await memberOf(path, name)
    return place === undefined ? tensor : elementOf(tensor, place, where)
  }
  return withFile(path, async (file, bytes) => {
    const header = await safetensorsHeader(file, bytes, path)
    const entry = header.tensors.get(name)
    if (entry === undefined) throw new SluiceError('data', 'no such array', { where })
    const { dtype, shape, begin, end } = entry
    const part = partOf(shape, end - begin, place, where)
    const data = await readRange(file, header.dataStart + begin + part.at, part.bytes, where)
    return tensorOfBytes(dtype, part.shape, data)
  })
}

async function readNpyPart(
  file: FileHandle,
  fileBytes: number,
  place: number | undefined,
  where: string,
): Promise<HostTensor> {
  const beginning = await readRange(file, 0, Math.min(fileBytes, npyHeaderBytes), where)
  const header = readNpyHeader(beginning, where)
  requireLength(header, fileBytes, where)
  // In Fortran order an element of the first axis is spread over the whole file.
  const spread = header.fortranOrder && place !== undefined
  const part = partOf(header.shape, header.dataBytes, spread ? undefined : place, where)
  const data = await readRange(file, header.dataStart + part.at, part.bytes, where)
  const tensor = npyTensor(header, part.shape, data, where)
  return spread ? elementOf(tensor, place, where) : tensor
}

interface Part {
  readonly shape: readonly number[]
  readonly at: number
  readonly bytes: number
}

/** Which bytes of an array in C order its element at a place takes; all of it without a place. */
function partOf(
  shape: readonly number[],
  bytes: number,
  place: number | undefined,
  where: string,
): Part {
  if (place === undefined) return { shape, at: 0, bytes: bounded(bytes, where) }
  const [count = 0, ...rest] = shape
  if (place >= count) throw outside(place, shape, where)
  const each = bytes / count
  return { shape: rest, at: place * each, bytes: bounded(each, where) }
}

function elementOf(tensor: HostTensor, place: number, where: string): HostTensor {
  const { dtype, shape, data } = tensor
  const part = partOf(shape, data.length, place, where)
  return { dtype, shape: part.shape, data: data.slice(part.at, part.at + part.bytes) }
}

function outside(place: number, shape: readonly number[], where: string): SluiceError {
  return new SluiceError('data', 'there is no such element', {
    where,
    expected:
      shape.length === 0 ? 'an array with axes' : `a place from 0 to ${(shape[0] ?? 0) - 1}`,
    received: String(place),
  })
}

function chooseMember(
  names: readonly (string | undefined)[],
  member: string | undefined,
  where: string,
): { readonly name: string; readonly place?: number } {
  const known = (name: string | undefined): name is string =>
    name !== undefined && names.includes(name)
  const [only] = names
  if (member === undefined) {
    if (names.length === 1 && only !== undefined) return { name: only }
    throw new SluiceError('data', 'a file of several arrays is not one clip', {
      where,
      expected: 'one array, or #name behind the file',
      received: names.slice(0, 6).join(', ') || 'no arrays',
    })
  }
  if (names.includes(member)) return { name: member }
  const [, name, digits] = /^(?:(.*)#)?(\d{1,15})$/s.exec(member) ?? []
  if (digits !== undefined) {
    if (name === undefined && names.length === 1 && only !== undefined) {
      return { name: only, place: Number(digits) }
    }
    if (known(name)) return { name, place: Number(digits) }
  }
  throw new SluiceError('data', 'there is no such array in the file', {
    where,
    expected: names.slice(0, 6).join(', '),
    received: member.slice(0, 80),
  })
}

function placeOf(member: string, where: string): number {
  if (/^\d{1,15}$/.test(member)) return Number(member)
  throw new SluiceError('data', 'an .npy file holds one array without a name', {
    where,
    expected: 'a place along its first axis, such as #17',
    received: `#${member.slice(0, 80)}`,
  })
}

/** The archive opened last, and its array read last: clips of one archive come one after another. */
let archive: { readonly key: string; readonly file: Promise<NpzFile> } | undefined
let array: { readonly key: string; readonly tensor: Promise<HostTensor> } | undefined

async function archiveOf(path: string): Promise<NpzFile> {
  const key = await stampOf(path)
  if (archive?.key !== key) {
    archive = { key, file: openArchive(path) }
    archive.file.catch(() => {})
  }
  return archive.file
}

async function memberOf(path: string, name: string): Promise<HostTensor> {
  const key = JSON.stringify([await stampOf(path), name])
  if (array?.key !== key) {
    array = { key, tensor: archiveOf(path).then((file) => file.read(name)) }
    array.tensor.catch(() => {})
  }
  return array.tensor
}

async function stampOf(path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path)
  if (size > MOST_ARCHIVE_BYTES) {
    throw new SluiceError('limit', 'the archive is too large', {
      where: path,
      expected: `up to ${MOST_ARCHIVE_BYTES} bytes`,
      received: `${size} bytes`,
      fix: 'save the arrays as .npy or safetensors, of which only the part needed is read',
    })
  }
  return JSON.stringify([path, size, mtimeMs, ino])
}

async function openArchive(path: string): Promise<NpzFile> {
  const { buffer, byteOffset, byteLength } = await readFile(path)
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  return openNpz(bytes, path, { maxBytes: MOST_CLIP_BYTES * 2 })
}

async function safetensorsHeader(file: FileHandle, fileBytes: number, path: string) {
  const start = await readRange(file, 0, Math.min(8, fileBytes), path)
  const stated = start.byteLength < 8 ? 0n : new DataView(start.buffer).getBigUint64(0, true)
  const length = Number(stated > BigInt(MOST_HEADER_BYTES) ? BigInt(0) : stated)
  const bytes = await readRange(file, 0, Math.min(fileBytes, 8 + length), path)
  const header = readSafetensorsHeader(bytes, path)
  requireLength(header, fileBytes, path)
  return header
}

function requireLength(
  { dataStart, dataBytes }: { readonly dataStart: number; readonly dataBytes: number },
  fileBytes: number,
  where: string,
): void {
  if (dataStart + dataBytes === fileBytes) return
  throw new SluiceError('format', 'the file is not as long as its header says', {
    where,
    expected: `${dataStart + dataBytes} bytes`,
    received: `${fileBytes} bytes`,
    fix: 'fetch or save the file again',
  })
}

function bounded(bytes: number, where: string): number {
  if (bytes <= MOST_CLIP_BYTES) return bytes
  throw new SluiceError('limit', 'the array is too large to be one clip', {
    where,
    expected: `up to ${MOST_CLIP_BYTES} bytes`,
    received: `${bytes} bytes`,
    fix: 'if it holds many clips, name them in a CSV list as file#0, file#1, …',
  })
}

async function readRange(
  file: FileHandle,
  from: number,
  count: number,
  where: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(count)
  let filled = 0
  while (filled < count) {
    const { bytesRead } = await file.read(out, filled, count - filled, from + filled)
    if (bytesRead === 0) throw new SluiceError('format', 'the file ends too early', { where })
    filled += bytesRead
  }
  return out
}

async function withFile<T>(
  path: string,
  work: (file: FileHandle, bytes: number) => Promise<T>,
): Promise<T> {
  await checkRegularFile(path)
  const file = await open(path)
  try {
    return await work(file, (await file.stat()).size)
  } finally {
    await file.close()
  }
}

function isNpy(path: string): boolean {
  return /\.npy$/i.test(path)
}

function isNpz(path: string): boolean {
  return /\.npz$/i.test(path)
}
