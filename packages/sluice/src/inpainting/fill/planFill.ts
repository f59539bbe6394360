import { SluiceError } from '../../foundation/errors.ts'
import type { Inpainter } from '../../models/inpainter.ts'
import { type FillPlan, type FillStep, type FillStrategy, fillStrategies } from './fillPlan.ts'
import type { Size } from './picture.ts'
import { planCrops, planWhole, SEEN_WELL, thicknessOf } from './planSteps.ts'

export interface PlanOptions {
  /** Default: `original` for small pictures, `crop` for others. */
  readonly strategy?: FillStrategy
  /** Pixels around a hole that a crop shows, at least. Default 64. */
  readonly margin?: number
  /** Most pixels per side of a crop. Default 512, or more where the margin is wide. */
  readonly tile?: number
  /** Long side that `resize` scales down to. Default 1024. */
  readonly longSide?: number
}

/** What is known of memory. */
export interface MemoryFacts {
  /** Bytes of the network for pictures of a size. */
  bytesFor(seen: Size): number
  readonly memoryLimit?: number
}

/** Up to this long side a picture is shown whole unless something else is asked for. */
const SMALL = 512
const USUAL_TILE = 512
const USUAL_MARGIN = 64
/** What a usual crop may fill: a wider margin is not to take away from it. */
const USUAL_CORE = USUAL_TILE - 2 * USUAL_MARGIN
const LEAST_TILE = 128

/** Decides how a hole is filled. @throws SluiceError as `HoleFiller.plan` */
export function planFill(
  model: Inpainter,
  hole: Uint8Array,
  size: Size,
  options: PlanOptions,
  memory: MemoryFacts,
): FillPlan {
  const asked = checked(options)
  const { memoryLimit = Number.POSITIVE_INFINITY } = memory
  if (!hole.includes(0)) {
    throw new SluiceError('data', 'the hole is the whole picture: nothing is left to go by', {
      fix: 'leave some of the picture out of the mask, or turn the mask round',
    })
  }
  const strategy = asked.strategy ?? usualStrategy(model, hole, size)
  let least = Number.POSITIVE_INFINITY
  for (const attempt of attempts(strategy, asked)) {
    const steps = stepsOf(attempt, model, hole, size)
    const bytes = bytesOf(steps, memory)
    if (bytes <= memoryLimit) {
      const why = whyOf(attempt, steps, size, asked)
      return { strategy: attempt.strategy, why, steps, networkBytes: bytes }
    }
    least = Math.min(least, bytes)
  }
  // Crops were tried already unless another strategy was asked for.
  const cropsFit =
    asked.strategy !== undefined &&
    [...attempts('crop', asked)].some(
      (attempt) => bytesOf(stepsOf(attempt, model, hole, size), memory) <= memoryLimit,
    )
  throw new SluiceError('limit', 'the network does not fit into the memory that is allowed', {
    where: `strategy ${strategy}`,
    expected: `up to ${megabytes(memoryLimit)}`,
    received: `${megabytes(least)} at least`,
    fix: cropsFit
      ? 'allow more memory, or take the strategy crop'
      : 'allow more memory, or take a smaller network',
  })
}

type Settled = Required<Omit<PlanOptions, 'strategy'>> & Pick<PlanOptions, 'strategy'>

interface Attempt extends Omit<Settled, 'strategy'> {
  readonly strategy: FillStrategy
}

function checked(options: PlanOptions): Settled {
  const { strategy, margin = USUAL_MARGIN, longSide = 1024 } = options
  const { tile = Math.max(USUAL_TILE, USUAL_CORE + 2 * margin) } = options
  const fine =
    (strategy === undefined || fillStrategies.includes(strategy)) &&
    [margin, tile, longSide].every(Number.isSafeInteger) &&
    margin >= 0 &&
    Math.min(tile, longSide) >= 16
  if (fine) return { ...(strategy === undefined ? {} : { strategy }), margin, tile, longSide }
  throw new SluiceError('usage', 'a hole cannot be filled like this', {
    where: 'inpaint',
    expected: `strategy ${fillStrategies.join(', ')}; margin from 0, tile and longSide from 16 pixels`,
    received: JSON.stringify({ strategy, margin, tile, longSide }),
  })
}

/** Small pictures are shown whole, if the network can see across the hole then. */
function usualStrategy(model: Inpainter, hole: Uint8Array, size: Size): FillStrategy {
  if (Math.max(size.width, size.height) > SMALL) return 'crop'
  const whole = { left: 0, top: 0, ...size }
  return thicknessOf(hole, size, whole) <= model.receptiveField * SEEN_WELL ? 'original' : 'crop'
}

/** What is tried in turn until it fits into memory: what was asked for, then smaller crops. */
function* attempts(strategy: FillStrategy, asked: Settled): Generator<Attempt> {
  yield { ...asked, strategy }
  if (strategy === 'resize' || (strategy === 'original' && asked.strategy !== undefined)) return
  for (let tile = asked.tile; tile >= LEAST_TILE; tile -= 64) {
    // A wide margin gives way before what a crop fills does.
    const usual = Math.min(USUAL_MARGIN, Math.floor(tile / 4))
    const most = Math.max(usual, Math.floor((tile - USUAL_CORE) / 2))
    yield { ...asked, strategy: 'crop', tile, margin: Math.min(asked.margin, most) }
  }
}

function stepsOf(attempt: Attempt, model: Inpainter, hole: Uint8Array, size: Size): FillStep[] {
  if (attempt.strategy === 'original') return planWhole(hole, size, Number.POSITIVE_INFINITY)
  if (attempt.strategy === 'resize') return planWhole(hole, size, attempt.longSide)
  const { multipleOf, receptiveField } = model
  return planCrops(hole, size, { ...attempt, multipleOf, receptiveField })
}

function bytesOf(steps: readonly FillStep[], { bytesFor }: MemoryFacts): number {
  const sizes = new Map(steps.map(({ seen }) => [`${seen.width} ${seen.height}`, seen]))
  return [...sizes.values()].reduce((most, seen) => Math.max(most, bytesFor(seen)), 0)
}

function whyOf(
  { strategy, tile, margin }: Attempt,
  steps: readonly FillStep[],
  size: Size,
  asked: Settled,
) {
  const [first] = steps
  if (first === undefined) return 'nothing to fill'
  const seen = `${first.seen.width} × ${first.seen.height}`
  if (strategy === 'original') return `original: the whole picture at once`
  if (strategy === 'resize') {
    const scaled = first.seen.width !== size.width
    return scaled
      ? `resize: the picture scaled down to ${seen} for the network`
      : 'resize: it is small'
  }
  const coarse = steps.filter(({ kind }) => kind === 'coarse').length
  const small = steps.filter(({ crop, seen: at }) => at.width < crop.width).length - coarse
  const crops = steps.length - coarse
  const large = coarse === 0 ? '' : ', first guessed at a smaller scale as the hole is large'
  const some = small === crops ? '' : `${small} of them `
  const scaled = small === 0 ? ' at full size' : `, ${some}scaled down as the hole is large`
  const narrow = margin < asked.margin ? ` with a margin of ${margin}` : ''
  const less = tile < asked.tile ? `, in smaller parts${narrow} as memory is limited` : ''
  return `crop: ${crops === 1 ? '1 part' : `${crops} parts`}${scaled}${large}${less}`
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`
}
