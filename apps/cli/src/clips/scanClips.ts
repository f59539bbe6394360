import { stat } from 'node:fs/promises'
import { SluiceError } from 'sluice'
import { type ClipDataset, clipDataset, countPerClass, type Split, splitNames } from 'sluice/data'
import { type FoundClip, findClips } from './findClips.ts'
import { CLIP_ENDINGS } from './mediaKinds.ts'
import { isClipList, scanList } from './scanList.ts'
import { listFolder, type Skipped } from './walkFolders.ts'

/** Labelled clips of a folder or a list, as found. Paths are relative to `root`, with `/`. */
export interface ScannedClips {
  readonly root: string
  readonly dataset: ClipDataset
  /** The splits that the folder itself makes; empty when classes come first. */
  readonly splits: readonly Split[]
  /** What was not taken, and why. */
  readonly skipped: readonly Skipped[]
  /** What a person should know of them besides. */
  readonly notes: readonly string[]
}

const LAYOUT = [
  'one folder per class, with its clips inside:',
  '    clips/wave/1.mp4  clips/wave/2.gif  clips/jump/1.mp4 …',
  '  or the same below clips/train, clips/valid and clips/test,',
  '  or a CSV list with the columns path,label (and start,end,group,split as needed)',
].join('\n')

/**
 * Reads a folder of clips: one folder per class, at any depth below it the clips, which are video
 * files, animated GIF or WebP, or folders of numbered images. When all folders at the top are named
 * train, valid (val) or test, they are splits with the classes below. A file whose name ends in .csv is
 * a list of clips (see `scanList`).
 * @throws SluiceError `missing` or `data` when there is no such folder or no clips in it
 */
export async function scanClips(root: string): Promise<ScannedClips> {
  if (isClipList(root)) {
    const listed = await scanList(root)
    if (listed.dataset.items.length === 0) throw noClips(root, listed.skipped)
    return listed
  }
  await checkFolder(root)
  const skipped: Skipped[] = []
  const top = await listFolder(root, '', skipped)
  const splits = splitsOf(top.folders)
  const clips: (FoundClip & { split?: Split })[] = []
  for (const split of splits.length === 0 ? [undefined] : top.folders) {
    const level = split === undefined ? top : await listFolder(root, split, skipped)
    for (const path of level.files) {
      skipped.push({ path, reason: 'a file beside the class folders has no class' })
    }
    for (const folder of level.folders) {
      const found = await findClips(root, folder, skipped)
      const named = split === undefined ? undefined : splitNames.get(split.toLowerCase())
      for (const clip of found) clips.push(named === undefined ? clip : { ...clip, split: named })
    }
  }
  const dataset = clipDataset(clips)
  if (dataset.items.length === 0) throw noClips(root, skipped)
  return { root, dataset, splits, skipped, notes: [] }
}

/**
 * Refuses what cannot train a classifier.
 * @throws SluiceError `data` for fewer than two classes, or a class without a clip to train on
 */
export function requireTrainable(dataset: ClipDataset, where: string): void {
  if (dataset.classes.length < 2) {
    throw new SluiceError('data', 'one class alone cannot be told from anything', {
      where,
      expected: LAYOUT,
      received: `clips of "${dataset.classes.join()}" only`,
      fix: 'add a folder with clips of something else, or of nothing happening',
    })
  }
  const counts = countPerClass(dataset)
  const empty = dataset.classes.filter((_, label) => counts[label] === 0)
  if (empty.length > 0) {
    throw new SluiceError('data', 'classes without a clip to train on', {
      where,
      received: empty.join(', '),
      fix: 'add clips of them to the training part, or remove their folders',
    })
  }
}

async function checkFolder(root: string): Promise<void> {
  const facts = await stat(root).catch((cause: unknown) => {
    throw new SluiceError('missing', 'no such folder', { where: root, expected: LAYOUT, cause })
  })
  if (!facts.isDirectory()) {
    throw new SluiceError('data', 'a file where a folder of clips should be', {
      where: root,
      expected: LAYOUT,
    })
  }
}

/** The splits that top-level folders stand for, if all of them do. */
function splitsOf(folders: readonly string[]): Split[] {
  const named = folders.map((name) => splitNames.get(name.toLowerCase()))
  const splits = named.filter((split) => split !== undefined)
  return splits.length === folders.length ? [...new Set(splits)] : []
}

function noClips(root: string, skipped: readonly Skipped[]): SluiceError {
  const [first] = skipped
  return new SluiceError('data', 'there are no clips here', {
    where: root,
    expected: `${LAYOUT}\n  clips are ${CLIP_ENDINGS} or folders of numbered images`,
    received:
      first === undefined
        ? 'nothing'
        : `${skipped.length} entries that are no clips, such as ${first.path}: ${first.reason}`,
  })
}
