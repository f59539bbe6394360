/**
 * The baseline any network must beat: each test clip takes the label of the most similar training
 * clip, by squared distance of 20×20 grey pixels. The background (the corner pixel) is subtracted
 * first, because its random brightness would outweigh the figure.
 *
 *     npx tsx tools/flare/nearestNeighbour.ts data/actions-equipment
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'
import { ACTIONS } from './actions.ts'
import { CLIP_FRAMES } from './clock.ts'
import type { SetName } from './plan.ts'

const SIDE = 20
const FRAME_PIXELS = SIDE * SIDE

interface LabelledClip {
  readonly label: string
  /** 8·20·20 grey values less the background's. */
  readonly grey: Float32Array
}

async function readSet(folder: string, set: SetName): Promise<LabelledClip[]> {
  const clips: LabelledClip[] = []
  for (const label of ACTIONS) {
    const classFolder = join(folder, set, label)
    for (const name of readdirSync(classFolder).sort()) {
      clips.push({ label, grey: await readGrey(join(classFolder, name)) })
    }
  }
  return clips
}

async function readGrey(path: string): Promise<Float32Array> {
  const pixels = await sharp(path, { animated: true })
    .removeAlpha()
    .greyscale()
    .resize(SIDE, SIDE, { kernel: 'linear' })
    .raw()
    .toBuffer()
  if (pixels.length !== CLIP_FRAMES * FRAME_PIXELS) {
    throw new SluiceError('data', 'cannot compare this clip', {
      where: path,
      expected: `${CLIP_FRAMES} frames`,
      received: `${pixels.length / FRAME_PIXELS}`,
    })
  }
  return Float32Array.from(pixels, (value) => value - (pixels[0] ?? 0))
}

/** Part of the test clips whose nearest training clip, over pixels `from` to `to`, has their label. */
function accuracy(
  train: readonly LabelledClip[],
  test: readonly LabelledClip[],
  from: number,
  to: number,
): number {
  let right = 0
  for (const clip of test) {
    let best = Number.POSITIVE_INFINITY
    let label = ''
    for (const candidate of train) {
      const distance = distanceBelow(best, clip.grey, candidate.grey, from, to)
      if (distance >= best) continue
      best = distance
      label = candidate.label
    }
    if (label === clip.label) right++
  }
  return right / test.length
}

/** Squared distance, given up as soon as it passes `limit`. */
function distanceBelow(
  limit: number,
  a: Float32Array,
  b: Float32Array,
  from: number,
  to: number,
): number {
  let sum = 0
  for (let i = from; i < to && sum < limit; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    sum += difference * difference
  }
  return sum
}

const folder = process.argv[2]
if (folder === undefined) {
  console.error('usage: npx tsx tools/flare/nearestNeighbour.ts FOLDER (with train/ and test/)')
  process.exitCode = 2
} else {
  const train = await readSet(folder, 'train')
  const test = await readSet(folder, 'test')
  console.log(`${folder}: ${train.length} training clips, ${test.length} test clips`)
  const all = accuracy(train, test, 0, CLIP_FRAMES * FRAME_PIXELS)
  console.log(`all ${CLIP_FRAMES} frames: ${all.toFixed(3)}`)
  for (const frame of [0, 3, CLIP_FRAMES - 1]) {
    const one = accuracy(train, test, frame * FRAME_PIXELS, (frame + 1) * FRAME_PIXELS)
    console.log(`only frame ${frame + 1}: ${one.toFixed(3)}`)
  }
}
