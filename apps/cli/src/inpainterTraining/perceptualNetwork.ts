import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { readSafetensors } from 'sluice/formats'
import { type PerceptualOptions, resnet34Trunk } from 'sluice/inpainting'
import { readInputFile } from '../files/paths.ts'

/** The network by which pictures are compared, with its weights; it ships with the command. */
export function perceptualNetwork(): PerceptualOptions {
  // All of the command lies bundled in dist/, beside which models/ stands.
  const path = fileURLToPath(new URL('../models/resnet34-trunk.safetensors', import.meta.url))
  const bytes = readInputFile(path)
  return {
    features: resnet34Trunk,
    weights: readSafetensors(bytes, path).tensors,
    version: `resnet34Trunk ${createHash('sha256').update(bytes).digest('hex')}`,
  }
}
