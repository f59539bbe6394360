import { join } from 'node:path'
import { isAnimatedWebp, isStillImage, isUnreadPicture } from '../clips/mediaKinds.ts'
import { type Skipped, walkFolders } from '../clips/walkFolders.ts'

/** Which part of the work a photo serves; undefined where its folder does not say. */
export type PhotoPart = 'train' | 'valid' | 'test'

export interface FoundPhoto {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly part?: PhotoPart
}

export interface FoundPhotos {
  readonly photos: readonly FoundPhoto[]
  readonly skipped: readonly Skipped[]
}

const PARTS: ReadonlyMap<string, PhotoPart> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['valid', 'valid'],
  ['val', 'valid'],
  ['validation', 'valid'],
  ['test', 'test'],
])

/** Photos below a folder in natural order; files that are no pictures are none of our business and passed over. */
export async function listPhotos(root: string): Promise<FoundPhotos> {
  const skipped: Skipped[] = []
  const photos: FoundPhoto[] = []
  await walkFolders(root, '', skipped, async ({ files }) => {
    for (const path of files) {
      if (await isPhoto(root, path)) photos.push({ path, ...partOf(path) })
      else if (isUnreadPicture(path)) skipped.push({ path, reason: 'a format that is not read' })
    }
    return true
  })
  return { photos, skipped }
}

async function isPhoto(root: string, path: string): Promise<boolean> {
  if (!isStillImage(path)) return false
  return !/\.webp$/i.test(path) || !(await isAnimatedWebp(join(root, path)))
}

function partOf(path: string): { readonly part?: PhotoPart } {
  const [top = '', ...below] = path.split('/')
  const part = below.length === 0 ? undefined : PARTS.get(top.toLowerCase())
  return part === undefined ? {} : { part }
}
