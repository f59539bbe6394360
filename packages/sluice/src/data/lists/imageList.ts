import { SluiceError } from '../../foundation/errors.ts'
import { decodeText } from './decodeText.ts'

/** Frames of one clip. */
const MOST_IMAGES = 20_000
/** Longest path on the systems we know. */
const LONGEST_PATH = 4096

/**
 * Reads a list of images that are the frames of one clip: a path a line, in the order in which they are
 * shown. Empty lines, and spaces around paths, do not count.
 * @throws SluiceError `format`, `data` or `limit`, naming the line
 */
export function readImageList(bytes: Uint8Array, where: string): string[] {
  const lines = decodeText(bytes, where)
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
  const paths: string[] = []
  lines.forEach((line, index) => {
    const path = line.trim()
    if (path === '') return
    if (path.length > LONGEST_PATH || path.includes('\0')) {
      throw new SluiceError('format', 'not the path of an image', {
        where: `${where}, line ${index + 1}`,
        received: JSON.stringify(path.slice(0, 60)),
      })
    }
    paths.push(path)
  })
  if (paths.length === 0) throw new SluiceError('data', 'the list names no images', { where })
  if (paths.length > MOST_IMAGES) {
    throw new SluiceError('limit', 'too many images for one clip', {
      where,
      expected: `up to ${MOST_IMAGES}`,
      received: String(paths.length),
    })
  }
  return paths
}
