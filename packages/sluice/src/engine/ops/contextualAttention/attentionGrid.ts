import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { formatShape, type Shape } from '../../../foundation/shape.ts'
import type { Node } from '../../graph/graph.ts'
import type { Value } from '../../graph/value.ts'
import { activationOfRank, inputOfShape } from '../inputChecks.ts'

export interface ContextualAttentionAttributes {
  /** Whether scores are fused with those of neighbouring pairs, along both orders of flattening. */
  readonly fuse: boolean
  /**
   * Which pixel of two the half-sized grid keeps: `floor` every second from the first, as PyTorch's
   * `nearest`; `alignCorners` as TensorFlow's `resize_nearest_neighbor(align_corners=True)`.
   */
  readonly downsampling: 'floor' | 'alignCorners'
  /**
   * What keys are divided by. `floor`: max(‖key‖, 1e-4), as published; `added`: √Σ(key² + 1e-4), the
   * sum over all of the patch's values, as the ports to PyTorch have it.
   */
  readonly keyNorm: 'floor' | 'added'
  /** What scores are multiplied by before the softmax. */
  readonly softmaxScale: number
}

/** Of each key patch: smallest norm, or what is added to each square. */
export const SMALLEST_NORM = 1e-4
/** Keys are 3×3 patches; what is pasted are 4×4 patches, two apart. */
export const KEY_SIZE = 3
export const PASTE_SIZE = 4
export const RATE = 2

/** Sizes of the features and of the half-sized grid on which queries and keys stand. */
export interface AttentionGrid {
  readonly batch: number
  readonly channels: number
  readonly height: number
  readonly width: number
  /** `⌈height / 2⌉`, `⌈width / 2⌉`: as many as there are 4×4 patches with padding SAME. */
  readonly rows: number
  readonly columns: number
  /** `rows · columns`: how many queries, and keys, there are. */
  readonly places: number
  /** Which row and column of the features each row and column of the grid keeps. */
  readonly rowOf: readonly number[]
  readonly columnOf: readonly number[]
}

export function attentionGrid(
  shape: Shape,
  { downsampling }: Pick<ContextualAttentionAttributes, 'downsampling'>,
): AttentionGrid {
  const [batch = 1, channels = 1, height = 1, width = 1] = shape
  const rowOf = kept(height, downsampling)
  const columnOf = kept(width, downsampling)
  const [rows, columns] = [rowOf.length, columnOf.length]
  return {
    ...{ batch, channels, height, width },
    ...{ rows, columns, places: rows * columns, rowOf, columnOf },
  }
}

function kept(size: number, downsampling: ContextualAttentionAttributes['downsampling']): number[] {
  const half = Math.ceil(size / RATE)
  // One quotient of whole numbers: of an odd half, the middle lies half-way between two pixels.
  const gaps = Math.max(1, half - 1)
  return Array.from({ length: half }, (_, i) =>
    downsampling === 'floor' ? RATE * i : Math.floor((2 * i * (size - 1) + gaps) / (2 * gaps)),
  )
}

/** Checks features and mask, and returns the features' shape. */
export function attentionShape(
  inputs: readonly Value[],
  { softmaxScale }: ContextualAttentionAttributes,
  where: string,
): Shape {
  const { shape } = activationOfRank(inputs, 0, 'foreground', 4, 4, where)
  activationOfRank(inputs, 1, 'background', 4, 4, where)
  inputOfShape(inputs, 1, 'background', shape, where)
  const [batch = 1, , height = 1, width = 1] = shape
  inputOfShape(inputs, 2, 'mask', [batch, 1, height, width], where)
  if (shape.some((extent) => extent < 1)) {
    throw new SluiceError('shape', 'contextual attention needs something to look at', {
      where,
      expected: 'features [N, C, H, W] of at least one element',
      received: formatShape(shape),
    })
  }
  if (softmaxScale > 0 && Number.isFinite(softmaxScale)) return shape
  throw new SluiceError('usage', "the softmax's scale must be a positive number", {
    where,
    expected: '10, as published, or another number above 0',
    received: `${softmaxScale}`,
  })
}

/** Of so many passes as published: 3×3 patches compared and 4×4 patches pasted, for all pairs. */
export function attentionMultiplyAdds(node: Node, passes: number): number {
  const { shape } = present(node.inputs[0], 'foreground')
  const { batch, channels, places } = attentionGrid(shape, { downsampling: 'floor' })
  return passes * batch * places * places * channels * (KEY_SIZE ** 2 + PASTE_SIZE ** 2)
}

/** The longest sum is the one over all keys; a fused score has nine times nine terms per channel. */
export function attentionSumLength(shape: Shape): number {
  const { channels, places } = attentionGrid(shape, { downsampling: 'floor' })
  return Math.max(places, KEY_SIZE ** 4 * channels)
}
