import { isInpainter, type ModelFile, SluiceError } from 'sluice'
import { type Preprocessing, inputShape as shapeOfClips } from 'sluice/data'

/** Pixels of a side of the picture that an inpainter is looked at with: what most are trained on. */
const PICTURE = 256

/**
 * The shape that a network is to be looked at for, batch first: the one asked for, else the one that
 * its file states, for so many examples.
 * @throws SluiceError `usage` when nobody says it
 */
export function inputShape(
  asked: readonly number[] | undefined,
  { model, input, preprocessing }: ModelFile<Preprocessing>,
  { where, batch = 1 }: { readonly where: string; readonly batch?: number },
): readonly number[] {
  if (asked !== undefined) return asked
  if (input !== undefined) return [batch, ...input]
  if (preprocessing !== undefined) return [batch, ...shapeOfClips(preprocessing)]
  if (isInpainter(model)) {
    const side = model.multipleOf * Math.ceil(PICTURE / model.multipleOf)
    return [batch, 4, side, side]
  }
  throw new SluiceError('usage', 'this network takes any size, so say for which to compute', {
    where,
    fix: '--input, batch first: 1,3,8,32,32 for clips, 1,3,256,256 for pictures, 1,8,16000 for sequences',
  })
}
