import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/referenceDevice.ts'
import { GraphBuilder } from '../../engine/graph/graphBuilder.ts'
import { compileGraph } from '../../engine/runtime/compile.ts'
import { tensor } from '../../foundation/hostTensor.ts'
import { Random } from '../../foundation/random.ts'
import { conv2d } from '../../layers/conv.ts'
import { deepFillV2 } from '../../models/deepFill/deepFillV2.ts'
import { gatedFill } from '../../models/gatedFill.ts'
import { maskShapes } from '../masks/freeFormMask.ts'
import { holeShare } from '../masks/mask.ts'
import { inpaintingTrainer } from './inpaintingTrainer.ts'
import { type JudgedPicture, judgeFills } from './judgeFills.ts'
import { makePicture } from './makePicture.ts'
import {
  checkViews,
  drawPictureRecipe,
  mildPictures,
  plainPictures,
  strongPictures,
  validationWindow,
} from './pictureRecipe.ts'
import {
  inpaintingBatch,
  makeMaskedPicture,
  type PictureSettings,
  trainingTask,
  validationTasks,
} from './pictureTask.ts'
import { reconstructionLoss } from './reconstructionLoss.ts'
import { smoothRelativeLoss } from './smoothRelativeLoss.ts'
import { startingWeights } from './startingWeights.ts'
import { trainingMask } from './trainingMask.ts'

const size = 16
const settings: PictureSettings = {
  ...{ size, views: [1, 3], augmentation: mildPictures, seed: 4 },
  ...{ share: [0.1, 0.4], shapes: maskShapes, canvas: 1 },
}

function photoOf(width: number, height: number, seed = 1) {
  const random = new Random(seed, 'photo')
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256))
  return { width, height, data }
}

const whole = validationWindow({ width: 4, height: 4 }, { index: 0, count: 1, size: 4 })

describe('a training picture', () => {
  const corners = Uint8Array.from({ length: 4 * 4 * 3 }, (_, i) => i * 5)
  const photo = { width: 4, height: 4, data: corners }

  it('at its own size is the photograph from −1 to 1, colour after colour', () => {
    const picture = makePicture(photo, whole, 4)
    expect(picture[0]).toBe(-1)
    expect(picture[1]).toBeCloseTo(15 / 127.5 - 1, 6)
    expect(picture[16]).toBeCloseTo(5 / 127.5 - 1, 6)
  })

  it('scaled down has the mean of the pixels it covers, whole and in parts', () => {
    const half = makePicture(photo, whole, 2)
    const mean = (0 + 15 + 60 + 75) / 4
    expect(half[0]).toBeCloseTo(mean / 127.5 - 1, 5)
    const third = makePicture(photo, whole, 3)
    const weight = [1, 1 / 3].flatMap((a) => [1, 1 / 3].map((b) => a * b))
    const values = [0, 15, 60, 75]
    const sum = values.reduce((total, value, i) => total + value * (weight[i] ?? 0), 0)
    expect(third[0]).toBeCloseTo(sum / (16 / 9) / 127.5 - 1, 5)
  })

  it('is mirrored, turned over, turned and coloured as its recipe says', () => {
    const plain = makePicture(photo, whole, 4)
    const at = (picture: Float32Array, x: number, y: number, c = 0) => picture[c * 16 + y * 4 + x]
    const made = (changes: object) => makePicture(photo, { ...whole, ...changes }, 4)
    expect(at(made({ mirror: true }), 0, 1)).toBe(at(plain, 3, 1))
    expect(at(made({ flip: true }), 2, 0)).toBe(at(plain, 2, 3))
    expect(at(made({ turn: true }), 3, 1)).toBe(at(plain, 1, 3))
    expect(at(made({ colours: [2, 0, 1] }), 1, 1)).toBe(at(plain, 1, 1, 2))
    expect(at(made({ gain: 0.5, offsets: [0.25, 0, 0] }), 0, 0)).toBe(-0.25)
    const grey = made({ grey: true })
    expect(at(grey, 2, 2, 0)).toBe(at(grey, 2, 2, 2))
  })

  it('is the one of two windows with more detail', () => {
    const data = new Uint8Array(8 * 4 * 3)
    for (let i = 0; i < data.length; i += 6) if ((i / 3) % 8 >= 4) data.fill(255, i, i + 3)
    const two = [
      { left: 0, top: 0, side: 4 },
      { left: 4, top: 0, side: 4 },
    ]
    const picture = makePicture({ width: 8, height: 4, data }, { ...whole, windows: two }, 4)
    expect(picture.some((value) => value > 0)).toBe(true)
  })

  it('cannot be cut beyond the edge', () => {
    const windows = [{ left: 2, top: 0, side: 3 }]
    expect(() => makePicture(photo, { ...whole, windows }, 2)).toThrow(/no part of the photograph/)
  })
})

describe('a recipe', () => {
  it('never enlarges, stays inside and shows what views allow', () => {
    const sides = new Set<number>()
    for (let i = 0; i < 300; i++) {
      const random = new Random(1, 'recipe', i)
      const photo = { width: 64, height: 40 }
      const { windows } = drawPictureRecipe(random, photo, {
        ...settings,
        augmentation: strongPictures,
      })
      for (const { left, top, side } of windows) {
        expect(Math.min(left, top, 64 - left - side, 40 - top - side)).toBeGreaterThanOrEqual(0)
        sides.add(side)
      }
    }
    expect(Math.min(...sides)).toBeGreaterThanOrEqual(size)
    expect(Math.max(...sides)).toBeLessThanOrEqual(40)
    expect(Math.max(...sides) - Math.min(...sides)).toBeGreaterThan(18)
  })

  it('without augmentation is an upright picture in its own colours', () => {
    const recipe = drawPictureRecipe(
      new Random(3),
      { width: 30, height: 30 },
      { ...settings, augmentation: plainPictures },
    )
    expect(recipe).toMatchObject({ mirror: false, flip: false, turn: false, gain: 1, grey: false })
    expect(recipe.colours).toEqual([0, 1, 2])
    expect(recipe.windows).toHaveLength(1)
  })

  it('refuses views below 1', () => {
    expect(() => checkViews({ size: 8, views: [0.5, 2] })).toThrow(/no such views/)
    expect(() => checkViews({ size: 8, views: [3, 2] })).toThrow(/no such views/)
  })
})

describe('tasks', () => {
  const photos = [photoOf(40, 30), photoOf(32, 50, 2), photoOf(20, 20, 3)]

  it('show every photograph once a round, and are the same for the same seed', () => {
    const tasks = Array.from({ length: 6 }, (_, i) => trainingTask(i, photos, settings))
    for (const round of [0, 3]) {
      const seen = tasks.slice(round, round + 3).map(({ photo }) => photo)
      expect(seen.sort()).toEqual([0, 1, 2])
    }
    expect(tasks).toEqual(Array.from({ length: 6 }, (_, i) => trainingTask(i, photos, settings)))
    const other = trainingTask(0, photos, { ...settings, seed: 5 })
    expect(other).not.toEqual(tasks[0])
  })

  it('for validation do not change with what training does', () => {
    const [task] = validationTasks(photos, { size: 24, perPhoto: 2 })
    const photo = photos[0] ?? photoOf(1, 1)
    if (task === undefined) throw new Error('no task')
    const one = makeMaskedPicture(photo, task, settings)
    const two = makeMaskedPicture(photo, task, {
      ...settings,
      ...{ share: [0.3, 0.9], canvas: 2, augmentation: strongPictures },
    })
    expect(one).toEqual(two)
    expect(validationTasks(photos, { size: 24, perPhoto: 2 })).toHaveLength(6)
  })

  it('make a batch of pictures, masks and targets', () => {
    const pictures = [0, 1].map((i) => {
      const task = trainingTask(i, photos, settings)
      return makeMaskedPicture(photos[task.photo] ?? photoOf(1, 1), task, settings)
    })
    const { inputs, targets } = inpaintingBatch(pictures)
    const area = size * size
    expect(inputs.subarray(4 * area, 7 * area)).toEqual(targets.subarray(3 * area))
    expect([...new Set(inputs.subarray(3 * area, 4 * area))].sort()).toEqual([0, 1])
  })
})

describe('a training mask', () => {
  it('from a larger canvas has the share that is asked for', () => {
    for (let i = 0; i < 10; i++) {
      const mask = trainingMask(new Random(2, 'm', i), 32, { canvas: 2, share: [0.15, 0.45] })
      expect(mask.width).toBe(32)
      expect(holeShare(mask)).toBeGreaterThanOrEqual(0.15)
      expect(holeShare(mask)).toBeLessThanOrEqual(0.45)
    }
    expect(() => trainingMask(new Random(1), 8, { canvas: 0.5 })).toThrow(/canvas/)
  })
})

describe('judging', () => {
  const mask = Uint8Array.of(0, 1, 1, 0)
  const picture = new Float32Array(12)
  const off = (by: number) => picture.map(() => by / 127.5)
  const decibels = (by: number) => 10 * Math.log10(255 ** 2 / by ** 2)

  it('takes the hole only, after rounding to 8 bits', async () => {
    // 127.5 rounds up, and so does what is painted.
    const painted = picture.map((_, i) => (i % 4 === 0 ? 1 : 2.2 / 127.5))
    const { psnr, loss } = await judgeFills(() => painted, [{ picture, mask }])
    expect(psnr).toBeCloseTo(decibels(2), 6)
    expect(loss).toBeCloseTo(2 / 255, 9)
    expect((await judgeFills(() => picture, [{ picture, mask }])).psnr).toBe(100)
  })

  it('gives means over pictures, and shows each with its hole filled', async () => {
    const paints = [off(2), off(4)]
    const seen: JudgedPicture[] = []
    const { psnr, loss } = await judgeFills(
      () => paints.shift() ?? picture,
      [0, 1].map(() => ({ picture, mask })),
      (judged) => seen.push(judged),
    )
    expect(psnr).toBeCloseTo((decibels(2) + decibels(4)) / 2, 6)
    expect(loss).toBeCloseTo(3 / 255, 9)
    const [red = []] = seen.map(({ filled }) => [0, 3, 6, 9].map((at) => filled.pixels[at]))
    expect(red).toEqual([128, 130, 130, 128])
    expect(seen).toHaveLength(2)
    const lost = () => picture.map(() => Number.NaN)
    await expect(judgeFills(lost, [{ picture, mask }])).rejects.toThrow(/NaN/)
    await expect(judgeFills(lost, [])).rejects.toThrow(/no pictures/)
  })
})

describe('the loss beside a smooth fill', () => {
  it('is one for the smooth fill of a hard picture, and nothing for the picture itself', async () => {
    const photo = photoOf(size, size, 7)
    const { picture, mask } = makeMaskedPicture(photo, trainingTask(0, [photo], settings), settings)
    const { inputs: input } = inpaintingBatch([{ picture, mask }])
    const lossOf = async (output: Float32Array, floor: number) => {
      const builder = new GraphBuilder()
      const painted = builder.input('output', [1, 3, size, size])
      builder.output('loss', smoothRelativeLoss({ floor }).build(builder, painted).loss)
      using session = compileGraph(builder.finish(), { device: reference() })
      const { loss } = await session.run({ output, targets: picture, input })
      return loss?.data[0]
    }
    const model = gatedFill({ channels: [2] })
    // Nothing of lines and the stiff fill is added, and the gate of what is copied is shut.
    const shut = new Array<number>(13).fill(-30)
    using trainer = inpaintingTrainer(model, {
      ...{ device: reference(), batch: 1, size, reconstruction: smoothRelativeLoss() },
      weights: new Map([
        ...startingWeights(model, 1),
        ['sum.weight', tensor([3, 27, 1, 1])],
        ['body.last.bias', tensor([13], [...shut.slice(3), 0, 0, 0])],
      ]),
    })
    expect(await lossOf(trainer.predict(input), 1e-6)).toBeCloseTo(1, 3)
    expect(await lossOf(picture, 0.003)).toBe(0)
  })

  it('is the mean over pictures, each by its own hole, whichever error is meant', async () => {
    // Nothing is known of a picture that is all hole: its smooth fill is zero, and off by the picture itself.
    const output = Float32Array.of(...new Array(12).fill(0.5), ...new Array(12).fill(0.75))
    const targets = new Float32Array(24).fill(1)
    const input = new Float32Array(32).fill(1)
    const lossOf = async (error: 'squared' | 'absolute', floor: number) => {
      const builder = new GraphBuilder()
      const painted = builder.input('output', [2, 3, 2, 2])
      builder.output('loss', smoothRelativeLoss({ error, floor }).build(builder, painted).loss)
      using session = compileGraph(builder.finish(), { device: reference() })
      return (await session.run({ output, targets, input })).loss?.data[0]
    }
    expect(await lossOf('squared', 0.25)).toBeCloseTo((0.25 + 0.0625) / 2 / 1.25, 6)
    expect(await lossOf('absolute', 0.25)).toBeCloseTo((0.5 + 0.25) / 2 / 1.25, 6)
    expect(() => smoothRelativeLoss({ floor: 0 })).toThrow(/floor/)
  })
})

describe('a trainer of inpainters', () => {
  const photo = photoOf(40, 40, 9)
  const pictures = (count: number, side: number) => {
    const own = { ...settings, size: side }
    return inpaintingBatch(
      Array.from({ length: count }, (_, i) =>
        makeMaskedPicture(photo, trainingTask(i, [photo], own), own),
      ),
    )
  }

  it('lowers its loss, with a discriminator and a network that compares', () => {
    const model = gatedFill({ channels: [4] })
    const network = conv2d(3, 2, { kernelSize: 3 })
    const weights = new Map([
      ['weight', { dtype: 'float32', shape: [2, 3, 3, 3], data: new Float32Array(54).fill(0.1) }],
      ['bias', { dtype: 'float32', shape: [2], data: new Float32Array(2) }],
    ] as const)
    using trainer = inpaintingTrainer(model, {
      ...{ device: reference(), batch: 2, size, reconstruction: reconstructionLoss({ hole: 6 }) },
      ...{ learningRate: 5e-3, weights: startingWeights(model, 1) },
      adversarial: { weight: 0.01, width: 2 },
      perceptual: {
        features: (scope, picture) => [network.build(scope, picture), picture],
        ...{ weights, version: 'test', weight: 0.5 },
      },
    })
    const batch = pictures(2, size)
    const losses: number[] = []
    for (let step = 0; step < 24; step++) {
      trainer.step(batch)
      losses.push(trainer.loss)
    }
    expect(losses.at(-1)).toBeLessThan(0.95 * (losses[0] ?? 0))
    expect(Object.keys(trainer.terms).sort()).toEqual(
      ['adversarial', 'discriminator', 'hole', 'perceptual', 'valid'].sort(),
    )
    expect([...trainer.state().variables.keys()].some((n) => n.startsWith('perceptual'))).toBe(
      false,
    )
  })

  it('looks at both pictures of a network that paints twice', () => {
    using trainer = inpaintingTrainer(deepFillV2({ width: 2 }), {
      ...{ device: reference(), batch: 1, size, reconstruction: reconstructionLoss() },
    })
    trainer.step(pictures(1, size))
    const { coarse = 0, hole = 0, valid = 0 } = trainer.terms
    expect(trainer.loss).toBeCloseTo(coarse + hole + valid, 5)
    expect(trainer.predict(pictures(1, size).inputs)).toHaveLength(3 * size * size)
  })

  it('refuses sizes that the network cannot take', () => {
    const options = { device: reference(), batch: 1, reconstruction: reconstructionLoss() }
    expect(() => inpaintingTrainer(deepFillV2({ width: 2 }), { ...options, size: 20 })).toThrow(
      /a multiple of 8/,
    )
  })
})
