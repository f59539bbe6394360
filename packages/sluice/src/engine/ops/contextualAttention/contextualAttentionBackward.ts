import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition, ReferenceTensor } from '../../graph/opDefinition.ts'
import { inputOfShape, requireCount } from '../inputChecks.ts'
import {
  type AttentionGrid,
  attentionGrid,
  attentionMultiplyAdds,
  attentionShape,
  attentionSumLength,
  type ContextualAttentionAttributes,
} from './attentionGrid.ts'
import {
  addGridGradient,
  attentionWeights,
  forEachNeighbour,
  forEachPasted,
  fuseScores,
  gridFeatures,
  keyNorms,
  OVERLAP,
  patchProducts,
  sumOverPatches,
  usableKeys,
} from './attentionReference.ts'

/**
 * Gradients of contextual attention: `foreground`, `background`, `mask` and `dy` give `dForeground` and
 * `dBackground`, which is that of the keys, through their norms, and of what is pasted.
 */
export const contextualAttentionBackward: OpDefinition<ContextualAttentionAttributes> = {
  name: 'contextualAttentionBackward',
  infer(inputs, attributes, where) {
    requireCount(inputs, 4, where)
    const shape = attentionShape(inputs, attributes, where)
    inputOfShape(inputs, 3, 'gradient', shape, where)
    return [{ shape }, { shape }]
  },
  reference([foreground, background, mask, gradient], [dForeground, dBackground], attributes) {
    const f = present(foreground, 'foreground')
    const b = present(background, 'background')
    const dy = present(gradient, 'dy')
    const df = present(dForeground, 'dForeground')
    const db = present(dBackground, 'dBackground')
    const grid = attentionGrid(f.shape, attributes)
    const { places } = grid
    const usable = usableKeys(present(mask, 'mask'), grid)
    for (let sample = 0; sample < grid.batch; sample++) {
      const queries = gridFeatures(f, grid, sample)
      const keys = gridFeatures(b, grid, sample)
      const { norms, moving } = keyNorms(keys, grid, attributes.keyNorm)
      const products = patchProducts(queries, keys, grid)
      const scores = products.map((product, i) => product / (norms[i % places] as number))
      const fused = attributes.fuse
        ? fuseScores(fuseScores(scores, grid, 'rows'), grid, 'columns')
        : scores
      const weights = attentionWeights(fused, usable, grid, attributes.softmaxScale)
      const dWeights = unpaste(weights, { grid, sample, b, dy, db })
      let dScores = softmaxGradient(weights, dWeights, places, attributes.softmaxScale)
      if (attributes.fuse) {
        dScores = fuseScores(fuseScores(dScores, grid, 'columns'), grid, 'rows')
      }
      // A key's norm moves with its patch, and with it all of its scores.
      const pull = Float64Array.from(norms, (norm, k) => {
        if (!moving[k]) return 0
        let sum = 0
        for (let q = 0; q < places; q++) {
          sum += (dScores[q * places + k] as number) * (scores[q * places + k] as number)
        }
        return sum / norm ** 2
      })
      const perProduct = dScores.map((slope, i) => slope / (norms[i % places] as number))
      const dPixels = sumOverPatches(perProduct, grid)
      addGridGradient(productGradient(dPixels, keys, grid, 'queries'), df, grid, sample)
      const dKeys = productGradient(dPixels, queries, grid, 'keys')
      for (let k = 0; k < places; k++) {
        forEachNeighbour(grid, k, (pixel) => {
          for (let at = pixel * grid.channels; at < (pixel + 1) * grid.channels; at++) {
            dKeys[at] = (dKeys[at] as number) - (pull[k] as number) * (keys[at] as number)
          }
        })
      }
      addGridGradient(dKeys, db, grid, sample)
    }
  },
  multiplyAdds: (node) => attentionMultiplyAdds(node, 3),
  sumLength: ({ inputs }) => attentionSumLength(present(inputs[0], 'foreground').shape),
}

interface Pasting {
  readonly grid: AttentionGrid
  readonly sample: number
  readonly b: ReferenceTensor
  readonly dy: ReferenceTensor
  readonly db: ReferenceTensor
}

/** Adds to `db` what was pasted from it, and returns the gradient of the weights. */
function unpaste(weights: Float64Array, { grid, sample, b, dy, db }: Pasting): Float64Array {
  const { places, channels, height, width } = grid
  return weights.map((weight, index) => {
    let sum = 0
    forEachPasted(grid, Math.floor(index / places), index % places, (target, source) => {
      for (let c = 0; c < channels; c++) {
        const plane = (sample * channels + c) * height * width
        const slope = (dy.data[plane + target] as number) / OVERLAP
        sum += slope * (b.data[plane + source] as number)
        db.data[plane + source] = (db.data[plane + source] as number) + weight * slope
      }
    })
    return sum
  })
}

function softmaxGradient(
  weights: Float64Array,
  dWeights: Float64Array,
  places: number,
  scale: number,
): Float64Array {
  const dScores = new Float64Array(places * places)
  for (let row = 0; row < places * places; row += places) {
    let mean = 0
    for (let i = row; i < row + places; i++) {
      mean += (weights[i] as number) * (dWeights[i] as number)
    }
    // Unusable keys have weight 0, and so no gradient.
    for (let i = row; i < row + places; i++) {
      dScores[i] = scale * (weights[i] as number) * ((dWeights[i] as number) - mean)
    }
  }
  return dScores
}

/** Gradient of inner products of pixels with respect to queries (or keys), given the other side. */
function productGradient(
  dPixels: Float64Array,
  others: Float64Array,
  { places, channels }: AttentionGrid,
  side: 'queries' | 'keys',
): Float64Array {
  const gradient = new Float64Array(places * channels)
  for (let own = 0; own < places; own++) {
    for (let other = 0; other < places; other++) {
      const slope = dPixels[side === 'queries' ? own * places + other : other * places + own] ?? 0
      for (let c = 0; c < channels; c++) {
        const at = own * channels + c
        gradient[at] = (gradient[at] as number) + slope * (others[other * channels + c] as number)
      }
    }
  }
  return gradient
}
