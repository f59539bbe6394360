/** Qt's compiled resource files (.rcc), in which some programs keep their pictures: a tree of names, and data. */
import { inflateSync } from 'node:zlib'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'

const FOLDER = 2
const DEFLATED = 1
const ZSTANDARD = 4

/**
 * The files of a resource file of version 1 to 3, by their paths.
 *
 * @throws SluiceError `data` when it is none, is cut off or compresses in another way than with zlib
 */
export function readQtResources(bytes: Buffer, where: string): Map<string, Buffer> {
  const wrong = (message: string) =>
    new SluiceError('data', message, { where, expected: 'a Qt resource file of version 1 to 3' })
  if (bytes.toString('latin1', 0, 4) !== 'qres') throw wrong('this does not begin with "qres"')
  try {
    return new Map(filesOf(bytes, wrong))
  } catch (cause) {
    if (cause instanceof RangeError) throw wrong('it ends before it says')
    throw cause
  }
}

function* filesOf(
  bytes: Buffer,
  wrong: (message: string) => SluiceError,
): Generator<[string, Buffer]> {
  const version = bytes.readUInt32BE(4)
  if (version < 1 || version > 3) throw wrong(`it is of version ${version}`)
  const tree = bytes.readUInt32BE(8)
  const data = bytes.readUInt32BE(12)
  const names = bytes.readUInt32BE(16)
  const nodeBytes = version === 1 ? 14 : 22

  const part = (from: number, length: number) => {
    if (from + length > bytes.length) throw new RangeError('beyond the end')
    return bytes.subarray(from, from + length)
  }
  const nameAt = (offset: number) => {
    const characters = bytes.readUInt16BE(names + offset)
    return Buffer.from(part(names + offset + 6, 2 * characters))
      .swap16()
      .toString('utf16le')
  }
  const dataAt = (offset: number, flags: number) => {
    const held = part(data + offset + 4, bytes.readUInt32BE(data + offset))
    if ((flags & ZSTANDARD) !== 0) throw wrong('it is compressed by Zstandard')
    // Four bytes before the compressed ones say how long the file is.
    return (flags & DEFLATED) === 0 ? held : inflateSync(held.subarray(4))
  }
  // Nodes are numbered level by level: children have larger numbers than their folder, so this ends.
  function* below(node: number, path: string): Generator<[string, Buffer]> {
    const at = tree + node * nodeBytes
    const flags = bytes.readUInt16BE(at + 4)
    if ((flags & FOLDER) === 0) {
      yield [path, dataAt(bytes.readUInt32BE(at + 10), flags)]
      return
    }
    const first = bytes.readUInt32BE(at + 10)
    if (first <= node) throw wrong('a folder holds itself')
    for (let child = first; child < first + bytes.readUInt32BE(at + 6); child++) {
      const name = nameAt(bytes.readUInt32BE(tree + child * nodeBytes))
      yield* below(child, path === '' ? name : `${path}/${name}`)
    }
  }
  yield* below(0, '')
}
