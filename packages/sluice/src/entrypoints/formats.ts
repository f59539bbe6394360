/**
 * Reading and writing tensors: safetensors, numpy's files, and PyTorch's without running anything in
 * them.
 */
export {
  type NpyHeader,
  type NumpyType,
  npyHeaderBytes,
  readNpyHeader,
} from '../formats/npy/numpyHeader.ts'
export { npyTensor, readNpy } from '../formats/npy/readNpy.ts'
export { type NpzFile, type NpzLimits, openNpz, readNpz } from '../formats/npy/readNpz.ts'
export { readWeights, type WeightsFile } from '../formats/readWeights.ts'
export {
  readSafetensorsHeader,
  type SafetensorsEntry,
  type SafetensorsHeader,
} from '../formats/safetensors/header.ts'
export { readSafetensors, type SafetensorsFile } from '../formats/safetensors/readSafetensors.ts'
export { writeSafetensors } from '../formats/safetensors/writeSafetensors.ts'
export { tensorOfBytes } from '../formats/tensorBytes.ts'
export type { TorchLimits } from '../formats/torch/limits.ts'
export { readTorch, type TorchFile } from '../formats/torch/readTorch.ts'
export { type StateDict, stateDictOf, wrapperKeys } from '../formats/torch/stateDict.ts'
export { isDictionary, isTensor, type TorchValue } from '../formats/torch/torchValue.ts'
