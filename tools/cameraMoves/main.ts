/**
 * Films photographs with a moving virtual camera: clips of nine moves for `sluice train`.
 *
 *     npx tsx tools/cameraMoves/main.ts [--out data/camera-moves] [--clips 600,80,100] [--size 32] [--seed 1]
 *
 * `--clips`: per move for train, valid and test. Photographs are split, not clips.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'
import { Random } from '../../packages/sluice/src/foundation/random.ts'
import { SETS } from '../debian/photographSets.ts'
import { encodeAnimatedWebp } from '../flare/animatedWebp.ts'
import { contrast, film, type Photograph, pyramidOf } from './camera.ts'
import { drawPose, MOVES, type Pose, posesOf } from './moves.ts'
import { photographsOf } from './photographs.ts'

const FRAME_MS = 100
/** Thousands of small files: time is dearer than bytes. */
const EFFORT = 2
/** Photographs are filmed at this height, so that fine and coarse ones look alike. */
const HEIGHT = 480
/** Below it a view shows clear sky or blur, where no camera's move can be seen by anyone. */
const LEAST_CONTRAST = 12
/** Side of the small frame by which that is judged. */
const GLANCE = 8
const MOST_DRAWS = 100

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'data/camera-moves' },
    clips: { type: 'string', default: '600,80,100' },
    size: { type: 'string', default: '32' },
    seed: { type: 'string', default: '1' },
  },
})
const size = Number(values.size)
const seed = Number(values.seed)
const counts = values.clips.split(',').map(Number)
if (existsSync(values.out)) {
  throw new SluiceError('usage', 'there is a data set already', {
    where: values.out,
    fix: 'name another folder with --out, or remove this one first',
  })
}
for (const [index, set] of SETS.entries()) {
  const paths = photographsOf(set, 'data/photographs')
  const pyramids = await Promise.all(paths.map(open))
  for (const move of MOVES) {
    const folder = join(values.out, set, move)
    mkdirSync(folder, { recursive: true })
    const clips = Array.from({ length: counts[index] ?? 0 }, (_, clip) => clip)
    await Promise.all(
      clips.map(async (clip) => {
        const random = new Random(seed, `${set} ${move}`, clip)
        const which = clip % pyramids.length
        const pyramid = pyramids[which] ?? []
        const pose = drawView(pyramid, random)
        const poses = posesOf(pose, { move, speed: random.uniform() })
        const frames = poses.map((at) => film(pyramid, at, size))
        const name = `${basename(paths[which] ?? '', '.jpg')}_${clip}.webp`
        writeFileSync(join(folder, name), await encodeAnimatedWebp(frames, size, FRAME_MS, EFFORT))
      }),
    )
  }
  console.log(
    `${values.out}/${set}: ${(counts[index] ?? 0) * MOVES.length} clips of ${paths.length} photographs`,
  )
}

async function open(path: string): Promise<Photograph[]> {
  const { data, info } = await sharp(path)
    .removeAlpha()
    .toColourspace('srgb')
    .resize({ height: HEIGHT })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return pyramidOf({ width: info.width, height: info.height, data })
}

/** Draws poses until there is something to see; what move will be filmed plays no part in it. */
function drawView(pyramid: readonly Photograph[], random: Random): Pose {
  const [photograph = { width: 0, height: 0 }] = pyramid
  let pose = drawPose(photograph, size, random)
  for (let draw = 1; draw < MOST_DRAWS; draw++) {
    const glance = { ...pose, scale: (pose.scale * size) / GLANCE }
    if (contrast(film(pyramid, glance, GLANCE)) >= LEAST_CONTRAST) break
    pose = drawPose(photograph, size, random)
  }
  return pose
}
