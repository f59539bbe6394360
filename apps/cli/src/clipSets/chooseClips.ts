import { SluiceError } from 'sluice'
import { type ClipDataset, itemsOf, splitByFraction } from 'sluice/data'
import type { ScannedClips } from '../clips/scanClips.ts'

/** Clips to learn from, and to judge every epoch by; the latter may be none. */
export interface ChosenClips {
  readonly train: ClipDataset
  readonly valid: ClipDataset
}

/**
 * The folder's own `train/` and `valid/` where it has them; else a part of the clips, drawn by the
 * seed, is held out to validate. `test/` is never touched here.
 * @param part held out, from 0 to below 1
 * @throws SluiceError `data` when there are splits, but none to train on
 */
export function chooseClips(scanned: ScannedClips, part: number, seed: number): ChosenClips {
  const { dataset, splits, root } = scanned
  if (splits.length > 0 && !splits.includes('train')) {
    throw new SluiceError('data', 'there is no train/ among these clips', {
      where: root,
      received: splits.join(', '),
      fix: 'name the folder to learn from train/',
    })
  }
  const train = splits.length > 0 ? itemsOf(dataset, 'train') : dataset
  if (splits.includes('valid')) return { train, valid: itemsOf(dataset, 'valid') }
  const { kept, held } = splitByFraction(train, part, seed)
  return { train: kept, valid: held }
}

/** The clips of a part that turned out to be readable. */
export function readableOf(part: ClipDataset, readable: ClipDataset): ClipDataset {
  const paths = new Set(readable.items.map((item) => item.path))
  return { ...part, items: part.items.filter((item) => paths.has(item.path)) }
}
