import type { Module } from '../engine/graph/module.ts'
import { SluiceError } from '../foundation/errors.ts'
import { type NamedTensors, toFloat32 } from '../foundation/hostTensor.ts'
import type { Shape } from '../foundation/shape.ts'
import { recogniseClipClassifier } from './recogniseClipClassifier.ts'
import { recogniseDeepFill } from './recogniseDeepFill.ts'
import { recogniseSpatioTemporalGatedConvNet } from './recogniseSpatioTemporalGatedConvNet.ts'

/** What the file does not say, and the person may know. */
export interface RecogniseHints {
  /** Length, height and width of the clips that the network was trained on. */
  readonly clip?: readonly [frames: number, height: number, width: number]
  /** Whether the network is causal in time, which no tensor's shape tells. Default false. */
  readonly causal?: boolean
  /** Of an inpainter: whether its attention fuses scores. Default: as the weights' layout has it. */
  readonly fuse?: boolean
  /** Of an inpainter: whether it was trained on blue, green, red. Default false. */
  readonly bgr?: boolean
}

/** A network told by the names and shapes of its tensors. */
export interface Recognised {
  readonly model: Module
  /** Its tensors, renamed where necessary, without what it does not need. */
  readonly weights: NamedTensors
  /** Outputs of a classifier; 0 of a network that makes pictures. */
  readonly classes: number
  /** Shape of one input, where weights fix it or a guess fits; absent where any size will do. */
  readonly input?: Shape
  /** What was recognised and what was assumed, a sentence each. */
  readonly explanation: readonly string[]
}

/** Recognises one network: undefined when the names are not its own. */
export type Recogniser = (tensors: NamedTensors, hints: RecogniseHints) => Recognised | undefined

const recognisers: readonly Recogniser[] = [
  recogniseSpatioTemporalGatedConvNet,
  recogniseClipClassifier,
  recogniseDeepFill,
]

/** What wrappers put before every name: DataParallel, a compiled module, a training framework. */
const wrappers = ['module.', '_orig_mod.', 'model.']

/**
 * Finds the network that a PyTorch state_dict belongs to. The weights come back as float32, without
 * the prefix of a wrapper and without the counters of batch normalisation, which only a layer
 * without momentum would read.
 *
 * @throws SluiceError `unsupported`, with the names that were seen, when it is none that we know;
 * `numeric` when its weights hold NaN or infinities
 */
export function recogniseStateDict(tensors: NamedTensors, hints: RecogniseHints = {}): Recognised {
  const explanation: string[] = []
  let kept: NamedTensors = new Map()
  for (const [name, tensor] of tensors) {
    if (!/(^|\.)num_batches_tracked$/.test(name)) kept.set(name, toFloat32(tensor))
  }
  for (let prefix = wrapperOf(kept); prefix !== undefined; prefix = wrapperOf(kept)) {
    const { length } = prefix
    kept = new Map([...kept].map(([name, tensor]) => [name.slice(length), tensor]))
    explanation.push(`took the prefix "${prefix}" off every name`)
  }
  for (const recognise of recognisers) {
    const found = recognise(kept, hints)
    if (found !== undefined) {
      requireNumbers(found.weights)
      return { ...found, explanation: [...explanation, ...found.explanation] }
    }
  }
  const names = [...kept.keys()]
  const more = names.length > 12 ? `, and ${names.length - 12} more` : ''
  throw new SluiceError('unsupported', 'this is none of the networks that Sluice recognises', {
    expected:
      'spatioTemporalGatedConvNet (gated_convK.spatial_conv.weight, gated_convK.temporal_conv.weight, fc1.weight) clipClassifier (stem.conv.feature.weight, …, head.weight) or DeepFill v2 (stage1.conv1.conv.weight, … or conv1.conv.weight, xconv1.conv.weight, …)',
    received: names.length === 0 ? 'no tensors' : names.slice(0, 12).join(', ') + more,
    fix: 'build the network with the layers of sluice, with the same names, and load the tensors with writeWeights',
  })
}

/** Training that went wrong saves its weights like any other. */
function requireNumbers(weights: NamedTensors): void {
  for (const [name, { data }] of weights) {
    const lost = data.findIndex((value) => !Number.isFinite(Number(value)))
    if (lost < 0) continue
    throw new SluiceError(
      'numeric',
      'the weights are lost: a network with these gives no numbers',
      {
        where: name,
        received: `${data[lost]} at element ${lost}`,
        fix: 'convert a checkpoint from before the training went wrong',
      },
    )
  }
}

function wrapperOf(tensors: NamedTensors): string | undefined {
  const names = [...tensors.keys()]
  if (names.length === 0) return undefined
  return wrappers.find((prefix) => names.every((name) => name.startsWith(prefix)))
}
