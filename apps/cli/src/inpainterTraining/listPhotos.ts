import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { listFolder, type Skipped } from '../clips/findClips.ts'
import { isAnimatedWebp, isStillImage } from '../clips/mediaKinds.ts'

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

/** Deeper than anyone sorts photos. */
const DEEPEST = 16

const PARTS: ReadonlyMap<string, PhotoPart> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['valid', 'valid'],
  ['val', 'valid'],
  ['validation', 'valid'],
  ['test', 'test'],
])

/** Photos below a folder in natural order; other files are none of our business and passed over. */
export async function listPhotos(root: string): Promise<FoundPhotos> {
  const skipped: Skipped[] = []
  const photos: FoundPhoto[] = []
  const seen = new Set<string>()
  const visit = async (folder: string, depth: number): Promise<void> => {
    const real = await realpath(join(root, folder))
    if (seen.has(real)) return
    seen.add(real)
    if (depth > DEEPEST) {
      skipped.push({ path: folder, reason: `more than ${DEEPEST} folders deep` })
      return
    }
    const { files, folders } = await listFolder(root, folder, skipped)
    for (const path of files) {
      if (await isPhoto(root, path)) photos.push({ path, ...partOf(path) })
    }
    for (const inner of folders) await visit(inner, depth + 1)
  }
  await visit('', 0)
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
