import type { ClipDataset, ClipSource } from 'sluice/data'
import { evenly } from '../pictures/clipFrames.ts'
import { blank, type Pixels, tiled } from '../pictures/pixels.ts'
import { PICTURES, type SurveyedClip } from './surveyClips.ts'
import { THUMBNAIL } from './thumbnails.ts'

/** Clips shown of a class, and side by side. */
const [PER_CLASS, ACROSS] = [12, 4]

/** The clips of each class that a contact sheet shows: spread evenly over what there is. */
export function picturedClips({ classes, items }: ClipDataset): Set<ClipSource> {
  const chosen = classes.flatMap((_, label) =>
    evenly(
      items.filter((item) => item.label === label),
      PER_CLASS,
    ),
  )
  return new Set(chosen)
}

/** A class's clips, four frames of each in a row; undefined where none could be read. */
export function classSheet(clips: readonly SurveyedClip[], label: number): Pixels | undefined {
  const strips = clips
    .filter(({ item, pictures }) => item.label === label && pictures.length > 0)
    .map(({ pictures }) => {
      const filled = [...pictures]
      while (filled.length < PICTURES) filled.push(blank(THUMBNAIL, THUMBNAIL, 200))
      return tiled(filled, PICTURES, 0)
    })
  return strips.length === 0 ? undefined : tiled(strips, ACROSS, 4)
}
