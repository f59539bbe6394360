import { join } from 'node:path'
import { SluiceError } from 'sluice'
import { isAnimatedWebp, isStillImage, mediaKind } from './mediaKinds.ts'
import { tensorNames } from './tensorFiles.ts'
import { type Level, type Skipped, walkFolders } from './walkFolders.ts'

export interface FoundClip {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly className: string
}

/** All clips of a class: below its folder, at any depth. */
export async function findClips(
  root: string,
  classFolder: string,
  skipped: Skipped[],
): Promise<FoundClip[]> {
  const className = classFolder.slice(classFolder.lastIndexOf('/') + 1)
  const clips: FoundClip[] = []
  const takeFile = async (path: string): Promise<void> => {
    const kind = mediaKind(path)
    if (kind === 'tensor') {
      for (const clip of await arraysOf(root, path, skipped)) clips.push({ path: clip, className })
      return
    }
    if (kind === 'video' || kind === 'animation') clips.push({ path, className })
    else {
      const reason =
        kind === 'image'
          ? 'a single image is no clip; put the numbered frames of a clip in a folder of their own'
          : 'not a kind of clip that is known'
      skipped.push({ path, reason })
    }
  }
  await walkFolders(root, classFolder, skipped, async (level) => {
    if (level.depth > 0 && (await isImageFolder(root, level))) {
      clips.push({ path: level.folder, className })
      return false
    }
    for (const path of level.files) await takeFile(path)
    return true
  })
  return clips
}

/** The clips of a tensor file: itself, or each of its arrays where it holds several. */
async function arraysOf(root: string, path: string, skipped: Skipped[]): Promise<string[]> {
  try {
    const names = await tensorNames(join(root, path))
    if (names.length === 0) skipped.push({ path, reason: 'a file without arrays' })
    return names.length === 1 ? [path] : names.map((name) => `${path}#${name ?? ''}`)
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    const [first = ''] = error.message.split('\n')
    skipped.push({ path, reason: first.replace(`${join(root, path)}: `, '') })
    return []
  }
}

/**
 * Whether a folder is a clip of its own: numbered still images, no clips and no folders beside them.
 * Notes and lists (.txt, .json) may lie there. A folder of animations is not one, however numbered.
 */
async function isImageFolder(root: string, level: Level): Promise<boolean> {
  if (level.folders.length > 0) return false
  const images = level.files.filter(isStillImage)
  const others = level.files.filter((path) => !isStillImage(path) && mediaKind(path) !== undefined)
  if (images.length === 0 || others.length > 0) return false
  if (!images.every((path) => /\d\.[a-z]+$/i.test(path))) return false
  for (const path of images) {
    if (/\.webp$/i.test(path) && (await isAnimatedWebp(join(root, path)))) return false
  }
  return true
}
