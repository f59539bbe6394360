import { describe, expect, it } from 'vitest'
import {
  type GivenInpainterSettings,
  type InpainterFiles,
  inpainterSettingsFrom,
  requireInpainterAgreement,
} from './inpainterSettings.ts'

const files: InpainterFiles = {
  description: () => ({ type: 'inpainter' }),
  source: () => ({ model: { type: 'deepFillV2', width: 8 }, sha256: 'abc' }),
}
const from = (given: GivenInpainterSettings) => inpainterSettingsFrom(given, files)

describe('settings of an inpainter’s training', () => {
  it('have defaults that follow from one another', () => {
    expect(from({})).toMatchObject({
      ...{ network: 'inpainter', crop: 128, validSize: 256, learningRate: 1e-3, adversarial: 0 },
      ...{ views: [1, 4], hole: [0.1, 0.5], shapes: ['strokes', 'boxes', 'silhouettes'] },
    })
    expect(from({ network: 'deepFillV2', crop: 320 })).toMatchObject({
      ...{ learningRate: 1e-4, validSize: 320 },
    })
    expect(from({ steps: 40 })).toMatchObject({ validEvery: 40, milestones: [20, 30] })
    expect(from({ adversarial: true }).adversarial).toBe(0.1)
    expect(from({ adversarial: 0.3 }).adversarial).toBe(0.3)
  })

  it('take the network of the file that a run begins with', () => {
    expect(from({ from: 'a.safetensors' })).toMatchObject({
      ...{ network: { type: 'deepFillV2', width: 8 }, from: 'abc' },
    })
    expect(from({ network: 'mine.json' }).network).toEqual({ type: 'inpainter' })
  })

  it.each<[GivenInpainterSettings, RegExp]>([
    [{ network: 'unet' }, /--network does not know "unet"/],
    [{ network: 'deepFillV2', channels: [4] }, /--channels would be ignored/],
    [{ width: 8 }, /--width would be ignored/],
    [{ from: 'a', network: 'inpainter' }, /--network would be ignored/],
    [{ gamma: 0.5 }, /--gamma would be ignored/],
    [{ loss: 'smooth-relative', holeWeight: 2 }, /--hole-weight would be ignored/],
    [{ loss: 'l2' }, /--loss does not know/],
    [{ augment: 'wild' }, /--augment does not know/],
    [{ shapes: ['strokes', 'stars'] }, /--shapes does not know "stars"/],
    [{ hole: [0.2, 1.5] }, /no such holes/],
    [{ views: [1, 2, 3] }, /--views needs two numbers/],
    [{ views: [4, 2] }, /no such views/],
    [{ discriminatorRate: 1e-4 }, /--discriminator-rate would be ignored/],
  ])('refuse %j', (given, message) => {
    expect(() => from(given)).toThrow(message)
  })

  it('of a run that goes on agree with what is given again, or the difference is named', () => {
    const stored = from({ steps: 90, loss: 'smooth-relative', adversarial: true, batch: 4 })
    const agree = (given: GivenInpainterSettings) => requireInpainterAgreement(stored, given, files)
    expect(() => agree({})).not.toThrow()
    expect(() => agree({ steps: 90, adversarial: true, batch: 4 })).not.toThrow()
    expect(() => agree({ discriminatorWidth: 64 })).not.toThrow()
    expect(() => agree({ steps: 91, batch: 4 })).toThrow(/--steps: the run has 90, given 91/)
    expect(() => agree({ learningRate: 1 })).toThrow(/--learning-rate/)
  })
})
