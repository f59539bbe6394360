import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { requireCount } from '../inputChecks.ts'
import {
  attentionGrid,
  attentionMultiplyAdds,
  attentionShape,
  attentionSumLength,
  type ContextualAttentionAttributes,
} from './attentionGrid.ts'
import {
  attentionWeights,
  forEachPasted,
  fuseScores,
  gridFeatures,
  keyNorms,
  OVERLAP,
  patchProducts,
  usableKeys,
} from './attentionReference.ts'
import { contextualAttentionBackward } from './contextualAttentionBackward.ts'

export type { ContextualAttentionAttributes } from './attentionGrid.ts'

/**
 * Contextual attention of DeepFill v1 and v2 (Yu et al. 2018 and 2019), with the published code's
 * quirks. Inputs: `foreground` (queries) and `background` (keys and what is pasted), `[N, C, H, W]`, and
 * `mask` `[N, 1, H, W]`, 0 where the background is known; every item is filled by the first item's mask.
 *
 * On a grid of half the size, each 3×3 patch of the foreground is compared with each 3×3 patch of the
 * background, divided by its norm. Scores are fused with those of neighbouring pairs; a softmax over the
 * keys follows, in which keys that touch a hole have score 0 and give nothing. What a query attends to
 * is pasted as 4×4 patches of the full-sized background, which overlap and are averaged.
 *
 * Odd sizes count as TensorFlow's padding SAME counts them: ⌈H/2⌉ patches, the first beginning one pixel
 * before the image.
 */
export const contextualAttention: OpDefinition<ContextualAttentionAttributes> = {
  name: 'contextualAttention',
  infer(inputs, attributes, where) {
    requireCount(inputs, 3, where)
    return [{ shape: attentionShape(inputs, attributes, where) }]
  },
  gradient({ builder, node, inputs, attributes, outputGradients: [dy] }) {
    if (dy === undefined) return []
    return builder.apply(contextualAttentionBackward, [...inputs, dy], attributes, node.path)
  },
  reference([foreground, background, mask], [y], { fuse, keyNorm, softmaxScale, downsampling }) {
    const f = present(foreground, 'foreground')
    const b = present(background, 'background')
    const out = present(y, 'y').data
    const grid = attentionGrid(f.shape, { downsampling })
    const { batch, channels, height, width, places } = grid
    const usable = usableKeys(present(mask, 'mask'), grid)
    for (let sample = 0; sample < batch; sample++) {
      const keys = gridFeatures(b, grid, sample)
      const { norms } = keyNorms(keys, grid, keyNorm)
      let scores = patchProducts(gridFeatures(f, grid, sample), keys, grid)
      scores = scores.map((product, i) => product / (norms[i % places] as number))
      if (fuse) scores = fuseScores(fuseScores(scores, grid, 'rows'), grid, 'columns')
      const weights = attentionWeights(scores, usable, grid, softmaxScale)
      for (let q = 0; q < places; q++) {
        for (let k = 0; k < places; k++) {
          const weight = (weights[q * places + k] as number) / OVERLAP
          if (usable[k] === 0) continue
          forEachPasted(grid, q, k, (target, source) => {
            for (let c = 0; c < channels; c++) {
              const plane = (sample * channels + c) * height * width
              out[plane + target] =
                (out[plane + target] as number) + weight * (b.data[plane + source] as number)
            }
          })
        }
      }
    }
  },
  multiplyAdds: (node) => attentionMultiplyAdds(node, 1),
  sumLength: ({ inputs }) => attentionSumLength(present(inputs[0], 'foreground').shape),
}
