import { readdirSync, rmSync, statSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { SluiceError } from 'sluice'
import { naturalOrder } from 'sluice/data'
import { isStillImage, isUnreadPicture } from '../clips/mediaKinds.ts'
import { makeFolder } from '../files/atomicFile.ts'
import { refuseOverwriting, shownPath } from '../files/paths.ts'
import { isWritten } from '../photos/savePhoto.ts'
import { printable } from '../terminal/textWidth.ts'
import type { FillJob } from './fillPhoto.ts'

/** What a folder of photos comes to. */
export interface FolderJobs {
  readonly jobs: readonly FillJob[]
  /** Photos whose output is there already. */
  readonly done: readonly string[]
  /** Photos for which there is no mask. */
  readonly withoutMask: readonly string[]
  /** Pictures in formats that are not read. */
  readonly unread: readonly string[]
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/**
 * The photos of a folder, each with the one mask or with that of its name in a folder of masks
 * (`a.jpg`: `a.png`, `a_mask.png`, `a-mask.png` or `a.mask.png`), and its place in the output folder.
 * What is there already is done: a run that was stopped goes on.
 *
 * @throws SluiceError `usage` or `data` for folders that do not fit together
 */
export function folderJobs(
  photos: string,
  masks: string | undefined,
  output: string,
  overwrite: boolean,
): FolderJobs {
  if (statSync(output, { throwIfNoEntry: false })?.isFile() === true) {
    throw new SluiceError('usage', 'a folder of photos needs a folder for the filled ones', {
      where: output,
      received: 'a file',
    })
  }
  if (resolve(photos) === resolve(output) && !overwrite) {
    throw new SluiceError('usage', 'the filled photos would replace the photos', {
      where: output,
      fix: 'name another folder with -o, or allow it with --overwrite',
    })
  }
  const together = masks !== undefined && resolve(masks) === resolve(photos)
  if (masks !== undefined && !together) refuseOverwriting(output, [masks])
  const matching = masks !== undefined && isFolder(masks) ? namedMasks(masks) : undefined
  const isNoMask = (name: string): boolean =>
    !(together && MASK_NAME.test(stem(name))) && resolve(photos, name) !== resolve(masks ?? '')
  const files = filesIn(photos).filter(isNoMask)
  const names = files.filter(isImage)
  const unread = files.filter(isUnreadPicture)
  if (names.length === 0) throw noPhotos(photos, unread)
  makeFolder(output)
  const taken = new Map<string, string>()
  const jobs: FillJob[] = []
  const done: string[] = []
  const withoutMask: string[] = []
  const there = new Set(readdirSync(output))
  for (const name of names) {
    const target = targetName(name)
    refuseTwice(taken, target, name)
    const mask = matching === undefined ? masks : matching.get(stem(name))
    if (mask !== undefined) refuseOverwriting(join(output, target), [mask])
    if (matching !== undefined && mask === undefined) withoutMask.push(name)
    else if (there.has(target) && !overwrite) done.push(name)
    else {
      const given = mask === undefined ? {} : { mask }
      jobs.push({ photo: join(photos, name), output: join(output, target), ...given })
    }
  }
  if (withoutMask.length === names.length) {
    throw new SluiceError('data', 'no mask has the name of a photo', {
      where: masks ?? '',
      expected: `such as ${stem(names[0] ?? 'photo')}.png or ${stem(names[0] ?? 'photo')}_mask.png`,
      received: [...(matching?.keys() ?? [])].slice(0, 4).join(', ') || 'no pictures',
    })
  }
  removeLeftovers(output, new Set(taken.keys()))
  return { jobs, done, withoutMask, unread }
}

const MASK_NAME = /[._-]mask$/i

function namedMasks(folder: string): ReadonlyMap<string, string> {
  const masks = new Map<string, string>()
  const names = filesIn(folder).filter(isImage)
  // A name of its own beats one that has to be shortened.
  for (const name of names)
    if (MASK_NAME.test(stem(name))) masks.set(stem(name).replace(MASK_NAME, ''), join(folder, name))
  for (const name of names) {
    if (!(MASK_NAME.test(stem(name)) || masks.has(stem(name))))
      masks.set(stem(name), join(folder, name))
  }
  return masks
}

function isImage(name: string): boolean {
  return isStillImage(name) || /^[^.].*\.gif$/i.test(name)
}

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !isFolder(join(folder, name)))
    .sort(naturalOrder)
}

/** Says what is there instead. */
function noPhotos(folder: string, unread: readonly string[]): SluiceError {
  const found = unread.length > 0 ? unread : readdirSync(folder).sort(naturalOrder)
  const more = found.length > 4 ? ` and ${found.length - 4} more` : ''
  const names = found.slice(0, 4).map(printable).join(', ') + more
  const expected = 'files that end in .jpg, .png, .webp, .tif, .gif or .avif'
  if (unread.length === 0) {
    return new SluiceError('data', 'there are no photos in this folder', {
      where: folder,
      expected,
      received: names || 'nothing',
    })
  }
  return new SluiceError('data', 'the photos in this folder are in formats that are not read', {
    where: folder,
    expected,
    received: names,
    fix: 'save them as JPEG or PNG first',
  })
}

function stem(name: string): string {
  return basename(name, extname(name))
}

/** Formats that are not written become PNG, which loses nothing. */
function targetName(name: string): string {
  return isWritten(name) ? name : `${stem(name)}.png`
}

function refuseTwice(taken: Map<string, string>, target: string, name: string): void {
  const other = taken.get(target)
  if (other !== undefined) {
    throw new SluiceError('data', 'two photos would be written to one file', {
      where: shownPath(target),
      received: `${other} and ${name}`,
      fix: 'rename one of them',
    })
  }
  taken.set(target, name)
}

/** Removes what killed runs left half-written beside these files, unless somebody writes it still. */
function removeLeftovers(folder: string, outputs: ReadonlySet<string>): void {
  for (const name of readdirSync(folder)) {
    const [, output = '', writer] = /^\.(.+)\.(\d+)\.partial$/.exec(name) ?? []
    if (writer === undefined || !outputs.has(output) || isRunning(Number(writer))) continue
    rmSync(join(folder, name), { force: true })
  }
}

function isRunning(writer: number): boolean {
  try {
    return process.kill(writer, 0)
  } catch (error) {
    // It runs, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
