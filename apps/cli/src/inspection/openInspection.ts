import { isInpainter, type ModelFile, SluiceError } from 'sluice'
import type { Preprocessing } from 'sluice/data'
import { openModel } from '../models/openModel.ts'
import { packageVersion } from '../packageVersion.ts'
import type { InspectionFacts } from '../report/gatesPage.ts'
import { commandLine } from '../terminal/commandLine.ts'
import { type ShownSize, type TakenClip, takeClip } from './takeClip.ts'

/** A model and what it is to be shown. */
export interface Inspection {
  readonly file: ModelFile<Preprocessing>
  readonly clip: TakenClip
}

/**
 * Opens a model and takes a clip as the model sees it.
 * @param shown pixels of the pictures for people
 * @throws SluiceError `unsupported` when the file does not say how clips become its input
 */
export async function openInspection(
  path: string,
  options: { readonly clip: string; readonly at?: number },
  shown: ShownSize,
): Promise<Inspection> {
  const file = openModel(path)
  const { preprocessing } = file
  if (isInpainter(file.model)) {
    throw new SluiceError('usage', 'this network fills holes: it looks at photos, not clips', {
      where: path,
      fix: 'show it a photo and its hole: --gates photo.jpg --mask mask.png',
    })
  }
  if (preprocessing === undefined) {
    throw new SluiceError('unsupported', 'this model does not say how clips become its input', {
      where: path,
      fix: 'convert it again with --frames, --size and --fps',
    })
  }
  const { at } = options
  const clip = await takeClip(options.clip, preprocessing, {
    ...(at === undefined ? {} : { at }),
    ...shown,
  })
  return { file, clip }
}

/** What a page says of how it was made. */
export function factsOf(path: string, { model }: ModelFile<Preprocessing>): InspectionFacts {
  const { type, ...options } = model.describe()
  return {
    command: commandLine(),
    when: new Date().toISOString(),
    modelPath: path,
    network: `${type} ${JSON.stringify(options)}`,
    machine: `sluice ${packageVersion()}, Node ${process.version}, ${process.platform} ${process.arch}`,
  }
}
