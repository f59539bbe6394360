import { SluiceError } from '../../../foundation/errors.ts'
import { formatShape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { activationOfRank, inputOfShape, requireCount } from '../inputChecks.ts'
import { patchFillReference } from './patchFillReference.ts'
import { factsOfPatches, type PatchFillAttributes } from './patchSteps.ts'

/**
 * Fills a hole with what is known elsewhere in the picture (Wexler, Shechtman and Irani, "Space-time video
 * completion", 2004): for every patch that touches the hole, the known patch is found that is most like what
 * stands there as yet, and each pixel of the hole becomes the mean of what the patches over it would have it be. A
 * patch is pasted with the mean colour of what it replaces: it brings texture and edges, and leaves the shade to
 * the guess.
 *
 * Inputs: a picture with a guess in its hole `[N, C, H, W]`, the mask `[N, 1, H, W]` (above 0.5 is hole), and
 * without rounds that look everywhere the field that this op has given for half the size (rounded up), `[N, 2, ⌈H/2⌉, ⌈W/2⌉]`. Outputs: `[N, C + 2,
 * H, W]`, the filled picture and behind it, inside the hole, by how much the patches over a pixel differ from what was
 * found for them (root of the mean square; 2 where nothing was) and how far apart the colours are that they
 * give (root of the variance, mean over channels); and the field `[N, 2, H, W]`, row and column of the centre of
 * the patch that was found for the patch around each place (the place itself where none was looked for).
 *
 * It has no gradient: pictures are not what is trained.
 */
export const patchFill: OpDefinition<PatchFillAttributes> = {
  name: 'patchFill',
  infer(inputs, { patch, rounds, everywhere, shade, contrast }, where) {
    requireCount(inputs, everywhere === 0 ? 3 : 2, where)
    const { shape } = activationOfRank(inputs, 0, 'picture', 4, 4, where)
    const [batch = 1, channels = 1, height = 1, width = 1] = shape
    inputOfShape(inputs, 1, 'mask', [batch, 1, height, width], where)
    const half = [batch, 2, Math.ceil(height / 2), Math.ceil(width / 2)]
    if (everywhere === 0) inputOfShape(inputs, 2, 'field', half, where)
    const odd = Number.isInteger(patch) && patch % 2 === 1 && patch > 0
    const whole = Number.isInteger(rounds) && Number.isInteger(everywhere)
    const repeated = whole && rounds > 0 && everywhere >= 0
    const fine = shade >= 0 && shade <= 1 && contrast >= 0 && Number.isFinite(contrast)
    if (!odd || Math.min(height, width) < patch || !repeated || !fine) {
      throw new SluiceError('shape', 'there is no such search for patches', {
        where,
        expected: 'an odd patch no larger than the picture, a round or more, shade from 0 to 1',
        received: `patches of ${patch} in ${formatShape(shape)}, ${rounds} rounds, shade ${shade}, contrast ${contrast}`,
      })
    }
    return [
      { shape: [batch, channels + factsOfPatches, height, width] },
      { shape: [batch, 2, height, width] },
    ]
  },
  reference: patchFillReference,
  sumLength: ({ inputs, attributes: { patch } }) => patch * patch * (inputs[0]?.shape[1] ?? 1),
}
