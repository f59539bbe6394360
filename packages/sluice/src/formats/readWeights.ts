import type { NamedTensors } from '../foundation/hostTensor.ts'
import { refuseForeignFile } from './foreignFiles.ts'
import { readSafetensors } from './safetensors/readSafetensors.ts'
import type { TorchLimits } from './torch/limits.ts'
import { looksLikePickle, looksLikeZip, readTorch } from './torch/readTorch.ts'
import { stateDictOf } from './torch/stateDict.ts'

/** Weights from any format that Sluice reads. */
export interface WeightsFile {
  readonly tensors: NamedTensors
  /** The `__metadata__` of a safetensors file; empty for PyTorch's. */
  readonly metadata: Record<string, string>
  readonly format: 'safetensors' | 'torch' | 'torch-legacy'
  /** Plain sentences about what was unwrapped or left out. */
  readonly notes: readonly string[]
}

/**
 * Reads named tensors from a safetensors or PyTorch file, told apart by content, never by name.
 *
 * @param bytes the whole file
 * @param where what to call the file in errors
 * @throws SluiceError as `readSafetensors`, `readTorch` and `stateDictOf`; `format` for other kinds
 *   of files, with what they look like
 */
export function readWeights(
  bytes: Uint8Array,
  where: string,
  limits: Partial<TorchLimits> = {},
): WeightsFile {
  // Safetensors first: the length of its header may begin with any byte, also those of others.
  if (looksLikeSafetensors(bytes)) {
    return { ...readSafetensors(bytes, where), format: 'safetensors', notes: [] }
  }
  if (!looksLikeZip(bytes) && !looksLikePickle(bytes)) refuseForeignFile(bytes, where)
  const file = readTorch(bytes, where, limits)
  const { tensors, wrapping } = stateDictOf(file)
  const format = file.format === 'zip' ? 'torch' : 'torch-legacy'
  return { tensors, metadata: {}, format, notes: wrapping }
}

/** A header's length of which the upper half is zero, then `{`. */
function looksLikeSafetensors(bytes: Uint8Array): boolean {
  const upperHalf = bytes.subarray(4, 8)
  return bytes[8] === 0x7b && upperHalf.every((byte) => byte === 0)
}
