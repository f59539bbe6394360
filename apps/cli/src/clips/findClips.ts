import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SluiceError } from 'sluice'
import { naturalOrder } from 'sluice/data'
import { isAnimatedWebp, isLitter, isStillImage, mediaKind } from './mediaKinds.ts'
import { tensorNames } from './tensorFiles.ts'

export interface FoundClip {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly className: string
}

/** Something that is not a clip that can be read. */
export interface Skipped {
  readonly path: string
  readonly reason: string
}

interface Level {
  /** Relative to the root, in natural order. */
  readonly folders: readonly string[]
  readonly files: readonly string[]
}

/** Deeper than anyone sorts clips. */
const DEEPEST = 16

/** What is directly in a folder, links followed; what cannot be read is noted, not fatal. */
export async function listFolder(root: string, folder: string, skipped: Skipped[]): Promise<Level> {
  const folders: string[] = []
  const files: string[] = []
  let names: string[] = []
  try {
    names = await readdir(join(root, folder))
  } catch (error) {
    skipped.push({ path: folder, reason: `unreadable folder (${codeOf(error)})` })
  }
  for (const name of names.filter((name) => !isLitter(name)).sort(naturalOrder)) {
    const path = folder === '' ? name : `${folder}/${name}`
    try {
      const facts = await stat(join(root, path))
      if (facts.isDirectory()) folders.push(path)
      else if (!facts.isFile()) skipped.push({ path, reason: 'not a regular file' })
      else if (facts.size === 0) skipped.push({ path, reason: 'empty file' })
      else files.push(path)
    } catch (error) {
      skipped.push({ path, reason: `unreadable (${codeOf(error)})` })
    }
  }
  return { folders, files }
}

/** All clips of a class: below its folder, at any depth. */
export async function findClips(
  root: string,
  classFolder: string,
  skipped: Skipped[],
): Promise<FoundClip[]> {
  const className = classFolder.slice(classFolder.lastIndexOf('/') + 1)
  const clips: FoundClip[] = []
  const seen = new Set<string>()
  const visit = async (folder: string, depth: number): Promise<void> => {
    const real = await realpath(join(root, folder))
    if (seen.has(real)) return
    seen.add(real)
    if (depth > DEEPEST) {
      skipped.push({ path: folder, reason: `more than ${DEEPEST} folders deep` })
      return
    }
    const level = await listFolder(root, folder, skipped)
    if (depth > 0 && (await isImageFolder(root, level))) {
      clips.push({ path: folder, className })
      return
    }
    for (const path of level.files) await takeFile(path)
    for (const inner of level.folders) await visit(inner, depth + 1)
  }
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
  await visit(classFolder, 0)
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

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
