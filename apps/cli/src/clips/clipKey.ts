import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Raise when decoding or the entry's layout changes: old entries are then never found again. */
const DECODING = 'clip decoding 1'

/**
 * The name of a decoded clip in the cache: a hash of the content, not the name, of its files and of
 * all that shapes the result. A copied or renamed clip is found, an edited one is not.
 * @param names the files in order; one, or the images of a folder
 */
export async function clipKey(
  folder: string,
  names: readonly string[],
  parameters: Readonly<Record<string, string | number>>,
): Promise<string> {
  const key = createHash('sha256')
  key.update(JSON.stringify([DECODING, Object.entries(parameters).sort()]))
  for (const name of names) {
    const content = createHash('sha256')
    await pipeline(createReadStream(resolve(folder, name)), content)
    key.update(content.digest())
  }
  return key.digest('hex')
}
