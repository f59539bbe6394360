import type { NamedTensors } from '../foundation/hostTensor.ts'
import { clipClassifier } from '../models/clipClassifier.ts'
import { requireWeights } from './modelFile.ts'
import type { Recogniser } from './recognise.ts'
import { shapeOfTensor } from './stateDictShapes.ts'

/** Clips of any size fit this network, so any will do to check the shapes of its weights. */
const anyClip = [8, 32, 32] as const

/** Our own clip classifier, of any width and depth, 3-D or (2+1)-D. */
export const recogniseClipClassifier: Recogniser = (tensors, { causal = false }) => {
  const factorised = tensors.has('stem.space.feature.weight')
  if (!factorised && !tensors.has('stem.conv.feature.weight')) return undefined
  const stem = `stem.${factorised ? 'space' : 'conv'}.feature.weight`
  const [width = 1, inChannels = 1] = shapeOfTensor(tensors, stem, 5)
  const [classes = 1] = shapeOfTensor(tensors, 'head.weight', 2)
  const depth = blocksPerStage(tensors)
  const model = clipClassifier({ classes, width, depth, inChannels, factorised, causal })
  requireWeights(model, tensors, [inChannels, ...anyClip], 'state_dict')
  return {
    model,
    weights: tensors,
    classes,
    explanation: [
      `recognised clipClassifier: ${factorised ? '(2+1)-D' : '3-D'}, width ${width}, ${depth.length} stages with ${depth.join(', ')} residual blocks, ${classes} classes, clips of any size`,
      causal
        ? 'causal in time, as told'
        : 'assumed not to be causal in time, which the tensors do not show',
    ],
  }
}

/** Residual blocks of each stage, whatever the order of the names. */
function blocksPerStage(tensors: NamedTensors): number[] {
  const depth = new Map<number, number>()
  for (const name of tensors.keys()) {
    const [, stage, block] = /^stage(\d{1,2})\.(?:down|block(\d{1,3}))\./.exec(name) ?? []
    if (stage === undefined) continue
    const index = Number(stage)
    depth.set(index, Math.max(depth.get(index) ?? 0, Number(block ?? 0)))
  }
  return Array.from({ length: Math.max(0, ...depth.keys()) }, (_, i) => depth.get(i + 1) ?? 0)
}
