import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { Random } from '../../packages/sluice/src/foundation/random.ts'

const SIDE = 12
const FRAMES = 6

/** Steps per frame of a bright square, by class: one frame alone does not tell them apart. */
const motions: Readonly<Record<string, readonly [across: number, down: number]>> = {
  left: [-1, 0],
  right: [1, 0],
  down: [0, 1],
}

/**
 * Writes small animated WebPs of a square that moves, `perClass` of them into each class's folder,
 * 100 ms a frame. The same seed gives the same clips.
 */
export async function writeMotionClips(
  folder: string,
  perClass: number,
  options: { readonly seed?: number; readonly classes?: readonly string[] } = {},
): Promise<void> {
  const { seed = 1, classes = ['left', 'right'] } = options
  for (const name of classes) {
    mkdirSync(join(folder, name), { recursive: true })
    for (let i = 0; i < perClass; i++) {
      const random = new Random(seed, name, i)
      await writeClip(join(folder, name, `${i}.webp`), motions[name] ?? [0, 0], random)
    }
  }
}

async function writeClip(
  path: string,
  [across, down]: readonly [number, number],
  random: Random,
): Promise<void> {
  const background = 20 + random.integer(60)
  const left = random.integer(SIDE)
  const top = random.integer(SIDE)
  const pixels = Buffer.alloc(SIDE * SIDE * 3 * FRAMES, background)
  for (let t = 0; t < FRAMES; t++) {
    for (let dy = 0; dy < 4; dy++) {
      for (let dx = 0; dx < 4; dx++) {
        const x = (left + dx + across * 2 * t + SIDE * 2) % SIDE
        const y = (top + dy + down * 2 * t) % SIDE
        pixels.fill(230, ((t * SIDE + y) * SIDE + x) * 3, ((t * SIDE + y) * SIDE + x) * 3 + 3)
      }
    }
  }
  await sharp(pixels, {
    raw: { width: SIDE, height: SIDE * FRAMES, channels: 3, pageHeight: SIDE },
  })
    .webp({ lossless: true, delay: new Array<number>(FRAMES).fill(100) })
    .toFile(path)
}
