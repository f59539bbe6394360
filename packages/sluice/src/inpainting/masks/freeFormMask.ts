import { SluiceError } from '../../foundation/errors.ts'
import type { Random } from '../../foundation/random.ts'
import { drawBox, drawOutline, drawSegment } from './drawShapes.ts'
import { emptyMask, holeShare, type Mask } from './mask.ts'

/** What a free-form mask is drawn with. */
export const maskShapes = ['strokes', 'boxes', 'silhouettes'] as const

export type MaskShape = (typeof maskShapes)[number]

/** Options of `freeFormMask`. */
export interface FreeFormOptions {
  /** Least and largest part of the picture that the hole takes. Default [0.1, 0.35]. */
  readonly share?: readonly [number, number]
  /** Which shapes may be used; each mask takes a few of them. Default all. */
  readonly shapes?: readonly MaskShape[]
}

/** A shape at a time is added until the hole is large enough; a mask that grew too large is begun anew. */
const mostShapes = 24
const mostAttempts = 200

/**
 * A mask as people draw them: strokes of a broad brush (after Yu et al., "Free-Form Image Inpainting
 * with Gated Convolution", 2019), boxes, and silhouettes as of an object that is to vanish. The same
 * random stream gives the same mask; sizes of shapes grow with the picture.
 * @throws SluiceError `usage` for shares out of range, `limit` when no such mask is found
 */
export function freeFormMask(
  random: Random,
  size: { readonly width: number; readonly height: number },
  options: FreeFormOptions = {},
): Mask {
  const { share = [0.1, 0.35], shapes = maskShapes } = options
  const [least, most] = share
  if (!(least >= 0 && most > least && most <= 1) || shapes.length === 0) {
    throw new SluiceError('usage', 'there is no such mask', {
      where: 'freeFormMask',
      expected: 'share: [least, most] with 0 ≤ least < most ≤ 1; shapes: one or more',
      received: JSON.stringify({ share, shapes }),
    })
  }
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    // Without a wanted size in between, most masks would end right above the least.
    const wanted = random.uniform(least, most)
    const mask = emptyMask(size.width, size.height)
    for (let i = 0; i < mostShapes && holeShare(mask) < wanted; i++) {
      const shape = shapes[random.integer(shapes.length)]
      if (shape === 'boxes') drawRandomBox(mask, random)
      else if (shape === 'silhouettes') drawSilhouette(mask, random)
      else drawStroke(mask, random)
    }
    const hole = holeShare(mask)
    if (hole >= least && hole <= most) return mask
  }
  throw new SluiceError('limit', 'no mask of this share was found', {
    where: 'freeFormMask',
    expected: `a hole of ${least} to ${most} of ${size.width} × ${size.height} pixels`,
    fix: 'leave more room between the least and the largest share, or draw on a larger picture',
  })
}

/** A zigzag of 4 to 11 corners that turns sharply at each; 12 to 40 pixels wide in a picture of 256². */
function drawStroke(mask: Mask, random: Random): void {
  const { width, height } = mask
  const scale = Math.sqrt(width * height) / 256
  const meanStep = Math.hypot(width, height) / 8
  const corners = 4 + random.integer(8)
  const sharpest = (2 * Math.PI) / 5 - random.uniform(0, (2 * Math.PI) / 15)
  const bluntest = (2 * Math.PI) / 5 + random.uniform(0, (2 * Math.PI) / 15)
  const radius = (random.uniform(12, 40) / 2) * scale
  let at = { x: random.uniform(0, width), y: random.uniform(0, height) }
  for (let i = 0; i < corners; i++) {
    const turn = random.uniform(sharpest, bluntest)
    const angle = i % 2 === 0 ? 2 * Math.PI - turn : turn
    const step = Math.min(2 * meanStep, Math.max(0, meanStep * (1 + random.normal() / 2)))
    const x = Math.min(width, Math.max(0, at.x + step * Math.cos(angle)))
    const y = Math.min(height, Math.max(0, at.y + step * Math.sin(angle)))
    drawSegment(mask, at, { x, y }, radius)
    at = { x, y }
  }
}

function drawRandomBox(mask: Mask, random: Random): void {
  const side = (length: number) => Math.max(1, Math.round(random.uniform(0.12, 0.45) * length))
  const size = { x: side(mask.width), y: side(mask.height) }
  const corner = {
    x: random.integer(mask.width) - (size.x >> 1),
    y: random.integer(mask.height) - (size.y >> 1),
  }
  drawBox(mask, corner, size)
}

/** A closed outline with a few bulges, longer than wide. */
function drawSilhouette(mask: Mask, random: Random): void {
  const { width, height } = mask
  const centre = { x: random.uniform(0, width), y: random.uniform(0, height) }
  const radius = random.uniform(0.08, 0.22) * Math.sqrt(width * height)
  const stretch = random.uniform(0.5, 1)
  const tilt = random.uniform(0, Math.PI)
  const bulges = [2, 3, 4, 5].map((waves) => ({
    waves,
    height: random.uniform(0, 0.5 / waves),
    phase: random.uniform(0, 2 * Math.PI),
  }))
  const radiusAt = (angle: number) => {
    const own = angle - tilt
    const ellipse = stretch / Math.hypot(stretch * Math.cos(own), Math.sin(own))
    const bulge = bulges.reduce((sum, b) => sum + b.height * Math.sin(b.waves * own + b.phase), 1)
    return radius * ellipse * bulge
  }
  const wave = bulges.reduce((sum, bulge) => sum + bulge.height, 0)
  // A little more room than exact sums would need.
  const least = 0.999 * radius * stretch * Math.max(0, 1 - wave)
  drawOutline(mask, centre, { radiusAt, least, most: 1.001 * radius * (1 + wave) })
}
