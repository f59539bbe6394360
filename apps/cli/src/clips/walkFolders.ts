import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { naturalOrder } from 'sluice/data'
import { isLitter } from './mediaKinds.ts'

/** Something that cannot be used, and why. */
export interface Skipped {
  readonly path: string
  readonly reason: string
}

/** What is directly in a folder. */
export interface Level {
  /** Relative to the root, with `/`. */
  readonly folder: string
  /** How many folders deep it lies below the one that was asked for. */
  readonly depth: number
  /** Relative to the root, in natural order. */
  readonly folders: readonly string[]
  readonly files: readonly string[]
}

/** Deeper than anyone sorts clips or photos. */
const DEEPEST = 16

/**
 * Visits a folder and those in it, in natural order, links followed, none twice; the visitor says whether
 * to go deeper. What cannot be read is noted, not fatal.
 */
export async function walkFolders(
  root: string,
  folder: string,
  skipped: Skipped[],
  visitor: (level: Level) => Promise<boolean>,
): Promise<void> {
  const seen = new Set<string>()
  const visit = async (folder: string, depth: number): Promise<void> => {
    const real = await realpath(join(root, folder))
    if (seen.has(real)) return
    seen.add(real)
    if (depth > DEEPEST) {
      skipped.push({ path: folder, reason: `more than ${DEEPEST} folders deep` })
      return
    }
    const inside = await listFolder(root, folder, skipped)
    if (!(await visitor({ folder, depth, ...inside }))) return
    for (const inner of inside.folders) await visit(inner, depth + 1)
  }
  await visit(folder, 0)
}

/** What is directly in a folder, links followed; what cannot be read is noted, not fatal. */
export async function listFolder(
  root: string,
  folder: string,
  skipped: Skipped[],
): Promise<Pick<Level, 'folders' | 'files'>> {
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

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
