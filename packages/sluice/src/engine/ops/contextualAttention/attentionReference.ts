// Contextual attention in plain loops, one sample at a time, with all scores in a matrix: row q holds
// query q, column k key k, both counted row by row over the grid.
import type { ReferenceTensor } from '../../graph/opDefinition.ts'
import {
  type AttentionGrid,
  type ContextualAttentionAttributes,
  KEY_SIZE,
  PASTE_SIZE,
  RATE,
  SMALLEST_NORM,
} from './attentionGrid.ts'

/** Calls `visit` for each of the 3×3 neighbours of a place that lie on the grid. */
export function forEachNeighbour(
  { rows, columns }: AttentionGrid,
  place: number,
  visit: (neighbour: number, tap: number) => void,
): void {
  const row = Math.floor(place / columns)
  const column = place % columns
  for (let tap = 0; tap < KEY_SIZE ** 2; tap++) {
    const y = row + Math.floor(tap / KEY_SIZE) - 1
    const x = column + (tap % KEY_SIZE) - 1
    if (y >= 0 && y < rows && x >= 0 && x < columns) visit(y * columns + x, tap)
  }
}

/** The features of one sample on the half-sized grid, `[places][channels]`. */
export function gridFeatures(x: ReferenceTensor, grid: AttentionGrid, sample: number) {
  const { channels, height, width, rows, columns, rowOf, columnOf } = grid
  const features = new Float64Array(rows * columns * channels)
  let at = 0
  for (let place = 0; place < rows * columns; place++) {
    const row = rowOf[Math.floor(place / columns)] as number
    const column = columnOf[place % columns] as number
    for (let c = 0; c < channels; c++) {
      const plane = sample * channels + c
      features[at++] = x.data[(plane * height + row) * width + column] as number
    }
  }
  return features
}

/** Adds to the gradient of the features what has gathered on the half-sized grid. */
export function addGridGradient(
  gradient: Float64Array,
  dx: ReferenceTensor,
  grid: AttentionGrid,
  sample: number,
): void {
  const { channels, height, width, columns, rowOf, columnOf } = grid
  gradient.forEach((value, index) => {
    const place = Math.floor(index / channels)
    const plane = sample * channels + (index % channels)
    const row = rowOf[Math.floor(place / columns)] as number
    const at = (plane * height + row) * width + (columnOf[place % columns] as number)
    dx.data[at] = (dx.data[at] as number) + value
  })
}

/** 1 for each key whose 3×3 patch of the first item's mask holds no hole, else 0. */
export function usableKeys(mask: ReferenceTensor, grid: AttentionGrid): Float64Array {
  const holes = gridFeatures(mask, { ...grid, channels: 1 }, 0)
  return Float64Array.from(holes, (_, place) => {
    let usable = 1
    forEachNeighbour(grid, place, (neighbour) => {
      if (holes[neighbour] !== 0) usable = 0
    })
    return usable
  })
}

/** What each key's patch is divided by, and whether that depends on the patch. */
export function keyNorms(
  background: Float64Array,
  grid: AttentionGrid,
  keyNorm: ContextualAttentionAttributes['keyNorm'],
): { readonly norms: Float64Array; readonly moving: boolean[] } {
  const { channels, places } = grid
  const added = keyNorm === 'added' ? KEY_SIZE ** 2 * channels * SMALLEST_NORM : 0
  const moving: boolean[] = []
  const norms = Float64Array.from({ length: places }, (_, place) => {
    let squares = added
    forEachNeighbour(grid, place, (neighbour) => {
      for (let c = 0; c < channels; c++) squares += (background[neighbour * channels + c] ?? 0) ** 2
    })
    const norm = Math.sqrt(squares)
    moving.push(keyNorm === 'added' || norm > SMALLEST_NORM)
    return keyNorm === 'added' ? norm : Math.max(norm, SMALLEST_NORM)
  })
  return { norms, moving }
}

/** Inner products of the 3×3 patches of queries and keys: sums of those of their pixels. */
export function patchProducts(
  foreground: Float64Array,
  background: Float64Array,
  grid: AttentionGrid,
): Float64Array {
  const { channels, places } = grid
  const pixels = new Float64Array(places * places)
  for (let q = 0; q < places; q++) {
    for (let k = 0; k < places; k++) {
      let sum = 0
      for (let c = 0; c < channels; c++) {
        sum += (foreground[q * channels + c] as number) * (background[k * channels + c] as number)
      }
      pixels[q * places + k] = sum
    }
  }
  return sumOverPatches(pixels, grid)
}

/**
 * Each element plus those of the pairs that lie one step further in the same one of eight directions,
 * where both of the pair stay on the grid. It is its own transpose.
 */
export function sumOverPatches(pairs: Float64Array, grid: AttentionGrid): Float64Array {
  const { places } = grid
  const sums = new Float64Array(places * places)
  const neighbours = Array.from({ length: places }, (_, place) => {
    const byTap = new Array<number>(KEY_SIZE ** 2).fill(-1)
    forEachNeighbour(grid, place, (neighbour, tap) => {
      byTap[tap] = neighbour
    })
    return byTap
  })
  neighbours.forEach((ofQuery, q) => {
    neighbours.forEach((ofKey, k) => {
      let sum = 0
      ofQuery.forEach((query, tap) => {
        const key = ofKey[tap] as number
        if (query >= 0 && key >= 0) sum += pairs[query * places + key] as number
      })
      sums[q * places + k] = sum
    })
  })
  return sums
}

/** Order in which places are counted: row by row, as they are stored, or column by column. */
export type Flattening = 'rows' | 'columns'

/**
 * A convolution of the matrix of scores with the 3×3 identity, rows and columns of the matrix in the
 * given order: each score plus those of the pairs before and after. The last place of a row (or column)
 * has the first of the next one behind it, as published. It is its own transpose.
 */
export function fuseScores(
  scores: Float64Array,
  { rows, columns, places }: AttentionGrid,
  order: Flattening,
): Float64Array {
  const placeAt = Array.from({ length: places }, (_, i) =>
    order === 'rows' ? i : (i % rows) * columns + Math.floor(i / rows),
  )
  const fused = new Float64Array(places * places)
  placeAt.forEach((query, i) => {
    placeAt.forEach((key, j) => {
      let sum = 0
      for (let step = -1; step <= 1; step++) {
        const nextQuery = placeAt[i + step]
        const nextKey = placeAt[j + step]
        if (nextQuery === undefined || nextKey === undefined) continue
        sum += scores[nextQuery * places + nextKey] as number
      }
      fused[query * places + key] = sum
    })
  })
  return fused
}

/**
 * What each query takes from each key. Scores of unusable keys are set to 0 before the softmax, so that
 * they keep e⁰ in its denominator, and to 0 after it.
 */
export function attentionWeights(
  scores: Float64Array,
  usable: Float64Array,
  { places }: AttentionGrid,
  softmaxScale: number,
): Float64Array {
  const weights = new Float64Array(places * places)
  for (let q = 0; q < places; q++) {
    const logits = usable.map((on, k) => softmaxScale * on * (scores[q * places + k] as number))
    const largest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY)
    const exponentials = logits.map((logit) => Math.exp(logit - largest))
    const sum = exponentials.reduce((total, value) => total + value, 0)
    exponentials.forEach((value, k) => {
      weights[q * places + k] = ((usable[k] as number) * value) / sum
    })
  }
  return weights
}

/**
 * Calls `visit` for each pixel of the 4×4 patch of query q, with the pixel of key k's patch that is
 * pasted there, where both lie inside; patches begin one pixel before twice their place.
 */
export function forEachPasted(
  { height, width, columns }: AttentionGrid,
  q: number,
  k: number,
  visit: (target: number, source: number) => void,
): void {
  for (let tap = 0; tap < PASTE_SIZE ** 2; tap++) {
    const down = Math.floor(tap / PASTE_SIZE) - 1
    const right = (tap % PASTE_SIZE) - 1
    const y = RATE * Math.floor(q / columns) + down
    const x = RATE * (q % columns) + right
    const keyY = RATE * Math.floor(k / columns) + down
    const keyX = RATE * (k % columns) + right
    if (y < 0 || y >= height || x < 0 || x >= width) continue
    if (keyY < 0 || keyY >= height || keyX < 0 || keyX >= width) continue
    visit(y * width + x, keyY * width + keyX)
  }
}

/** Patches of neighbouring queries overlap four times; their sum is divided by this. */
export const OVERLAP = (PASTE_SIZE / RATE) ** 2
