import type { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import { add } from '../../engine/ops/add/add.ts'
import { concat } from '../../engine/ops/concat/concat.ts'
import {
  type ContextualAttentionAttributes,
  contextualAttention,
} from '../../engine/ops/contextualAttention/contextualAttention.ts'
import { gateProduct } from '../../engine/ops/gateProduct/gateProduct.ts'
import { resizeNearest } from '../../engine/ops/resizeNearest/resizeNearest.ts'
import { scale } from '../../engine/ops/scale/scale.ts'
import { slice } from '../../engine/ops/slice/slice.ts'
import { SluiceError } from '../../foundation/errors.ts'
import { formatShape } from '../../foundation/shape.ts'
import type { ModuleReader } from '../../layers/description/readModule.ts'
import { placeOf } from '../../layers/spatialInput.ts'
import type { Inpainter } from '../inpainter.ts'
import {
  type DeepFillOptions,
  type DeepFillPlan,
  deepFillDownsamplings,
  deepFillPaddings,
  planDeepFill,
} from './deepFillOptions.ts'
import { gatedBlocks } from './gatedBlocks.ts'
import {
  afterAttention,
  coarseStage,
  imaginingBranch,
  joiningPart,
  lookingBranch,
} from './stages.ts'

/** A guess and what became of it, both `[N, 3, H, W]` from −1 to 1. */
export interface DeepFillStages {
  readonly coarse: Value
  readonly refined: Value
}

/** An inpainter that fills twice; training looks at both results. */
export interface DeepFill extends Inpainter {
  buildStages(scope: Scope, input: Value): DeepFillStages
}

/**
 * DeepFill v2, the generator of Yu et al., "Free-Form Image Inpainting with Gated Convolution" (ICCV
 * 2019, arXiv 1806.03589), layer by layer as published: 4,052,478 parameters at its own width. Two
 * stages of gated convolutions; the second looks by contextual attention for known patches like what the
 * first has painted. Input and output are an `Inpainter`'s; sizes are multiples of 8.
 *
 * Parameters have the names of the PyTorch port (`stage1.conv1.conv.weight`, …).
 *
 * @throws SluiceError `usage` for options that the network does not have
 */
export function deepFillV2(options: DeepFillOptions = {}): DeepFill {
  const plan = planDeepFill(options)
  const build = (scope: Scope, input: Value) => buildStages(plan, scope, input)
  return {
    type: 'deepFillV2',
    describe: () => ({ type: 'deepFillV2', ...plan }),
    build: (scope, input) => build(scope, input).refined,
    buildStages: build,
    multipleOf: 8,
    receptiveField: 287,
  }
}

export const readDeepFillV2: ModuleReader = (fields) =>
  deepFillV2({
    padding: fields.choice('padding', deepFillPaddings),
    downsampling: fields.choice('downsampling', deepFillDownsamplings),
    fuse: fields.boolean('fuse'),
    width: fields.whole('width'),
  })

function buildStages(plan: DeepFillPlan, scope: Scope, input: Value): DeepFillStages {
  checkInput(scope, input)
  const { width } = plan
  const blocks = gatedBlocks(plan.padding)
  const channels = (start: number, end: number) =>
    scope.apply(slice, [input], { axis: 1, start, end })
  const mask = channels(3, 4)
  const known = scope.apply(scale, [mask], { factor: -1, offset: 1 })
  const ones = scope.apply(scale, [mask], { factor: 0, offset: 1 })
  const blanked = through(scope, channels(0, 3), known)

  const first = scope.apply(concat, [blanked, ones, mask], { axis: 1 })
  const coarse = scope.child('stage1', coarseStage(blocks, width), first)
  const pasted = scope.apply(
    add,
    [through(scope, coarse, mask), through(scope, blanked, known)],
    {},
  )

  const second = scope.within('stage2')
  const imagined = imaginingBranch(blocks, width).build(second, pasted)
  const seen = lookingBranch(blocks, width).build(second, pasted)
  const attended = attend(plan, second.within('contextual_attention'), seen, mask)
  const looked = afterAttention(blocks, width).build(second, attended)
  const both = second.apply(concat, [imagined, looked], { axis: 1 })
  return { coarse, refined: joiningPart(blocks, width).build(second, both) }
}

/** What a mask lets through of a picture. */
function through(scope: Scope, picture: Value, mask: Value): Value {
  const attributes = {
    featureActivation: 'none',
    gateActivation: 'none',
    activation: 'none',
  } as const
  return scope.apply(gateProduct, [picture, mask], attributes)
}

/** The value made anew of patches of itself that the mask does not touch. */
function attend(plan: DeepFillPlan, scope: Scope, value: Value, mask: Value): Value {
  const [, , height = 1, width = 1] = value.shape
  const mode = plan.downsampling === 'tf' ? 'alignCorners' : 'floor'
  const hole = scope.apply(resizeNearest, [mask], { size: [1, height, width], mode })
  const attributes: ContextualAttentionAttributes = {
    fuse: plan.fuse,
    downsampling: mode,
    keyNorm: 'floor',
    softmaxScale: 10,
  }
  return scope.apply(contextualAttention, [value, value, hole], attributes)
}

function checkInput(scope: Scope, { shape }: Value): void {
  const [, channels, height = 0, width = 0] = shape
  if (shape.length === 4 && channels === 4 && height % 8 === 0 && width % 8 === 0) return
  throw new SluiceError('shape', 'this is no picture with its mask', {
    where: placeOf('deepFillV2', scope),
    expected: '[N, 4, H, W], red, green, blue and mask, H and W multiples of 8',
    received: formatShape(shape),
    fix: 'run the network with inpaintingGraph, which takes pictures of any size',
  })
}
