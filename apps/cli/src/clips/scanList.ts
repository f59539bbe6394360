import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { SluiceError } from 'sluice'
import { clipDataset, csvLimits, type ListedClip, readClipList, type Split } from 'sluice/data'
import { clipPathOf, parseClipPath } from './clipPath.ts'
import { CLIP_ENDINGS, mediaKind } from './mediaKinds.ts'
import type { ScannedClips } from './scanClips.ts'
import { checkRegularFile } from './videoInput.ts'
import type { Skipped } from './walkFolders.ts'

/** Whether a path is a list of clips, judged by its name. */
export function isClipList(path: string): boolean {
  return /\.csv$/i.test(path)
}

/**
 * Reads a CSV list of clips (columns in `readClipList`). Paths are relative to the list's folder. Files
 * that are not there are skipped and listed.
 * @throws SluiceError `missing`, or naming the line and column that is wrong
 */
export async function scanList(list: string): Promise<ScannedClips> {
  await checkRegularFile(list)
  if ((await stat(list)).size > csvLimits.bytes) {
    throw new SluiceError('limit', 'the list is too large', {
      where: list,
      expected: `up to ${csvLimits.bytes} bytes`,
    })
  }
  const { clips, otherColumns } = readClipList(await readFile(list), list)
  const root = dirname(resolve(list))
  const skipped: Skipped[] = []
  const seen = new Map<string, ListedClip>()
  const problems = new Map<string, string | undefined>()
  for (const clip of clips) {
    const path = clipPathOf(clip.path, clip.start, clip.end)
    const before = seen.get(path)
    if (before !== undefined) {
      requireSame(before, clip, list)
      skipped.push({ path, reason: `named twice, in lines ${before.line} and ${clip.line}` })
      continue
    }
    seen.set(path, clip)
    const { file } = parseClipPath(path)
    if (!problems.has(file)) problems.set(file, await problemOf(resolve(root, file)))
    const problem = problems.get(file)
    if (problem === undefined) continue
    skipped.push({ path, reason: `${problem} (line ${clip.line})` })
    seen.set(path, { ...clip, path: '' })
  }
  const found = [...seen]
    .filter(([, clip]) => clip.path !== '')
    .map(([path, { label, group, split }]) => ({
      ...{ path, className: label },
      ...(group === undefined ? {} : { group }),
      ...(split === undefined ? {} : { split }),
    }))
  const splits = [...new Set(found.flatMap(({ split }): Split[] => (split ? [split] : [])))]
  const notes =
    otherColumns.length === 0
      ? []
      : [`columns of ${list} that are not used: ${otherColumns.join(', ')}`]
  return { root, dataset: clipDataset(found), splits, skipped, notes }
}

/** The same clip twice is a slip; with two meanings it is a contradiction. */
function requireSame(a: ListedClip, b: ListedClip, list: string): void {
  for (const column of ['label', 'split', 'group'] as const) {
    if (a[column] === b[column]) continue
    throw new SluiceError('data', `the same clip with two values of ${column}`, {
      where: `${list}, line ${b.line}, column "${column}"`,
      expected: `"${a[column] ?? ''}", as in line ${a.line}`,
      received: `"${b[column] ?? ''}"`,
    })
  }
}

/** Why a file cannot be a clip; undefined when it may be one. */
async function problemOf(path: string): Promise<string | undefined> {
  const facts = await stat(path).catch(() => undefined)
  if (facts === undefined) return 'no such file'
  if (facts.isDirectory()) return undefined
  if (!facts.isFile()) return 'not a regular file'
  if (facts.size === 0) return 'empty file'
  const kind = mediaKind(path)
  const known = (kind !== undefined && kind !== 'image') || /\.txt$/i.test(path)
  return known ? undefined : `not a kind of clip that is known (${CLIP_ENDINGS})`
}
