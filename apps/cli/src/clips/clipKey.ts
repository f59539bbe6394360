import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
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
    key.update(await contentOf(resolve(folder, name)))
  }
  return key.digest('hex')
}

/** Of files read before: many clips may be parts of one long video. */
const known = new Map<string, { readonly stamp: string; readonly digest: Promise<Buffer> }>()

async function contentOf(path: string): Promise<Buffer> {
  const { size, mtimeMs, ctimeMs, ino } = await stat(path)
  const stamp = JSON.stringify([size, mtimeMs, ctimeMs, ino])
  const before = known.get(path)
  if (before?.stamp === stamp) return before.digest
  const digest = digestOf(path)
  digest.catch(() => known.delete(path))
  known.set(path, { stamp, digest })
  return digest
}

async function digestOf(path: string): Promise<Buffer> {
  const content = createHash('sha256')
  await pipeline(createReadStream(path), content)
  return content.digest()
}
