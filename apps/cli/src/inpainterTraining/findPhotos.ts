import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SluiceError } from 'sluice'
import { type FoundPhotos, listPhotos } from './listPhotos.ts'

const LAYOUT =
  'a folder of photos, at any depth; those below valid/ validate, those below test/ stay out'

/**
 * All photos below a folder, by their names.
 * @throws SluiceError `missing` or `data` when it is none, or holds no photos
 */
export async function findPhotos(root: string): Promise<FoundPhotos> {
  const facts = await stat(root).catch((cause: unknown) => {
    throw new SluiceError('missing', 'no such folder', { where: root, expected: LAYOUT, cause })
  })
  if (!facts.isDirectory()) {
    throw new SluiceError('data', 'a file where a folder of photos should be', {
      where: root,
      expected: LAYOUT,
    })
  }
  const found = await listPhotos(await realpath(join(root)))
  if (found.photos.length > 0) return found
  throw new SluiceError('data', 'there are no photos here', {
    where: root,
    expected: LAYOUT,
    ...(found.skipped[0] === undefined
      ? {}
      : { received: `${found.skipped[0].path}: ${found.skipped[0].reason}` }),
  })
}
