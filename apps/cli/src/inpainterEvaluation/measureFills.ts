import { type FeatureDistance, holeShare, pixelError, type Rgb, ssim } from 'sluice/inpainting'
import type { TestPicture } from './testPictures.ts'

/** How far a filled picture is from what it should be, inside the hole and as a whole. */
export interface FillMeasures {
  readonly holePsnr: number
  readonly holeSsim: number
  readonly holeL1: number
  readonly psnr: number
  readonly ssim: number
  readonly l1: number
  readonly featureDistance: number
}

export const measureNames = [
  'holePsnr',
  'holeSsim',
  'holeL1',
  'psnr',
  'ssim',
  'l1',
  'featureDistance',
] as const

/** PSNR of a perfect fill is infinite; means count it as this. */
const bestPsnr = 100

export async function measureFill(
  filled: Rgb,
  { truth, mask }: TestPicture,
  features: FeatureDistance,
): Promise<FillMeasures> {
  const hole = pixelError(filled, truth, mask)
  const whole = pixelError(filled, truth)
  return {
    holePsnr: Math.min(bestPsnr, hole.psnr),
    holeSsim: ssim(filled, truth, mask) ?? Number.NaN,
    holeL1: hole.l1,
    psnr: Math.min(bestPsnr, whole.psnr),
    ssim: ssim(filled, truth) ?? Number.NaN,
    l1: whole.l1,
    featureDistance: await features.between(filled, truth),
  }
}

/** Means over pictures, each measure on its own; those that have no answer are left out of theirs. */
export function meanMeasures(all: readonly FillMeasures[]): FillMeasures {
  const mean = (name: keyof FillMeasures) => {
    const values = all.map((measures) => measures[name]).filter((value) => !Number.isNaN(value))
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  const [holePsnr, holeSsim, holeL1] = [mean('holePsnr'), mean('holeSsim'), mean('holeL1')]
  const [psnr, whole, l1] = [mean('psnr'), mean('ssim'), mean('l1')]
  return {
    holePsnr,
    holeSsim,
    holeL1,
    psnr,
    ssim: whole,
    l1,
    featureDistance: mean('featureDistance'),
  }
}

/** Buckets of ten per cent of the picture, as partial convolutions are reported (Liu et al. 2018). */
export function bucketOf({ mask }: TestPicture): string {
  const tenth = Math.min(9, Math.max(0, Math.ceil(holeShare(mask) * 10) - 1))
  return `${tenth * 10}–${tenth * 10 + 10} %`
}
