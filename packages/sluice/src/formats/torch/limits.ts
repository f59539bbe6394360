/** How much a PyTorch file may make us do. A file within its author's good will is far below. */
export interface TorchLimits {
  /** Bytes of all tensors together, once each is laid out on its own. */
  readonly maxBytes: number
  /** Instructions of one pickle, dearer ones counted more than once; about 60 a tensor. */
  readonly maxOperations: number
  /** Dictionaries and lists inside one another. */
  readonly maxDepth: number
}

const gigabyte = 2 ** 30

/**
 * A strided tensor may be far larger than its storage, so the file's size bounds nothing by
 * itself: the allowance grows with the file, and a file of a kilobyte cannot ask for gigabytes.
 */
export function torchLimits(fileBytes: number, asked: Partial<TorchLimits> = {}): TorchLimits {
  return {
    maxBytes: asked.maxBytes ?? Math.min(4 * gigabyte, gigabyte / 4 + 16 * fileBytes),
    maxOperations: asked.maxOperations ?? 4_000_000,
    maxDepth: asked.maxDepth ?? 200,
  }
}
