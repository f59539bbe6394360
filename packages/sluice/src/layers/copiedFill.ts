import type { Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { averagePool } from '../engine/ops/averagePool/averagePool.ts'
import { patchFill } from '../engine/ops/patchFill/patchFill.ts'
import { slice } from '../engine/ops/slice/slice.ts'
import { filledFrom, type HoleLevel, type HoleLevels, tiles } from './holePyramid.ts'

/** Height and width of patches; of pictures that are smaller, all of them that makes a patch. */
const largestPatch = 5
/** A picture of so few places is looked through everywhere; it takes their square. */
const fewPlaces = 1280
/** And one whose shorter side holds no two patches: smaller ones would show nothing more. */
const shortSide = 2 * largestPatch
/** How much of a difference in mean colour is overlooked when patches are compared. */
const shade = 0.7
/** What is pasted is a mean of patches that differ, so it fades; this makes up for it. */
const contrast = 1.2
/** How often patches are looked for and pasted on each level, and how often everywhere on the smallest. */
const rounds = 8
const roundsEverywhere = 2

/** What `copiedFill` gives, all of the size of its largest level. */
export interface CopiedFill {
  /** The picture, its hole filled. */
  readonly filled: Value
  /** Two channels: how unlike its surroundings what was copied is, and how undecided (`patchFill`). */
  readonly facts: Value
  /** Where patches were found, for a level twice the size. */
  readonly field: Value
}

/**
 * Fills the hole of the largest level with patches from elsewhere in the picture: textures go on into it, which
 * all other fills smooth away. From a smooth fill of the smallest level that is large enough to hold patches,
 * up to the largest; each finer level looks near what the coarser one has found (Barnes et al.,
 * "PatchMatch", 2009), so that what it takes grows with the hole and not with its square.
 */
export function copiedFill(scope: Scope, levels: HoleLevels, smooth: Value): CopiedFill {
  const [level, next, ...rest] = levels
  const [height = 1, width = 1] = level.picture.shape.slice(2)
  const small = height * width <= fewPlaces || shorterSide(level) < shortSide
  if (next === undefined || small) {
    return copied(scope, level, smooth, rounds)
  }
  const pooled = scope.apply(averagePool, [smooth], tiles(smooth))
  const coarser = copiedFill(scope, [next, ...rest], pooled)
  return copiedNear(scope, level, coarser, rounds)
}

/** The same for a level twice the size. */
export function copiedNear(
  scope: Scope,
  level: HoleLevel,
  coarser: CopiedFill,
  times: number,
): CopiedFill {
  return copied(scope, level, coarser.filled, times, coarser.field)
}

function copied(
  scope: Scope,
  level: HoleLevel,
  guess: Value,
  times: number,
  field?: Value,
): CopiedFill {
  const side = Math.min(largestPatch, shorterSide(level))
  const patch = side - 1 + (side % 2)
  const attributes = {
    patch,
    rounds: times,
    everywhere: field === undefined ? roundsEverywhere : 0,
    shade,
    contrast,
  }
  const start = filledFrom(scope, level, guess)
  const inputs = field === undefined ? [start, level.hole] : [start, level.hole, field]
  const [output = start, found = start] = scope.applyAll(patchFill, inputs, attributes)
  const channels = level.picture.shape[1] ?? 1
  const part = (first: number, end: number) =>
    scope.apply(slice, [output], { axis: 1, start: first, end })
  const all = output.shape[1] ?? 1
  return { filled: part(0, channels), facts: part(channels, all), field: found }
}

function shorterSide({ picture: { shape } }: HoleLevel): number {
  return Math.min(...shape.slice(2))
}
