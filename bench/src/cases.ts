import { classifier, classifierLayers } from './nets/classifier.ts'
import { deepFillLayers, deepFillNet } from './nets/deepFill.ts'
import { deepFillGenerator } from './nets/deepFillGenerator.ts'
import type { Net } from './nets/net.ts'
import { waveNet } from './nets/waveNet.ts'

/** One network of a case and how often its time counts in the sum. */
export interface Part {
  readonly net: Net
  readonly count: number
}

/** One thing that is timed: its parts are run one after the other, and their times added. */
export interface Case {
  readonly name: string
  readonly kind: 'forward' | 'train'
  readonly batch: number
  readonly what: string
  readonly parts: readonly Part[]
  /** Who can run it. Default: all peers. */
  readonly peers?: readonly string[]
  /** Whether `--figures` has it. */
  readonly inFigures: boolean
}

const once = (net: Net): Part => ({ net, count: 1 })

export const CASES: readonly Case[] = [
  {
    ...{ name: 'forward1', kind: 'forward', batch: 1, inFigures: true },
    what: 'classifier, forward, batch 1',
    parts: [once(classifier)],
  },
  {
    ...{ name: 'forward8', kind: 'forward', batch: 8, inFigures: true },
    what: 'classifier, forward, batch 8',
    parts: [once(classifier)],
  },
  {
    ...{ name: 'train8', kind: 'train', batch: 8, inFigures: true },
    what: 'classifier, training step (SGD, cross-entropy), batch 8',
    parts: [once(classifier)],
  },
  {
    ...{ name: 'layers1', kind: 'forward', batch: 1, inFigures: false },
    what: 'each layer of the classifier, forward, batch 1',
    parts: classifierLayers.map(once),
  },
  {
    ...{ name: 'layers8', kind: 'forward', batch: 8, inFigures: false },
    what: 'each layer of the classifier, forward, batch 8',
    parts: classifierLayers.map(once),
  },
  {
    ...{ name: 'deepfill256', kind: 'forward', batch: 1, inFigures: true },
    what: "DeepFill v2's 42 convolutions at 256², one after the other",
    parts: [once(deepFillNet(256))],
  },
  {
    ...{ name: 'deepfill512', kind: 'forward', batch: 1, inFigures: false },
    what: "DeepFill v2's 42 convolutions at 512², one after the other",
    parts: [once(deepFillNet(512))],
  },
  {
    ...{ name: 'deepfill256layers', kind: 'forward', batch: 1, inFigures: false },
    what: 'each of those layers at 256² by itself, and their sum',
    parts: deepFillLayers(256),
  },
  {
    ...{ name: 'deepfill512layers', kind: 'forward', batch: 1, inFigures: false },
    what: 'each of those layers at 512² by itself, and their sum',
    parts: deepFillLayers(512),
  },
  {
    ...{ name: 'deepFillV2at256', kind: 'forward', batch: 1, inFigures: true },
    what: 'DeepFill v2 whole, attention included, at 256²',
    parts: [once(deepFillGenerator(256))],
    peers: ['sluice', 'pytorch'],
  },
  {
    ...{ name: 'deepFillV2at512', kind: 'forward', batch: 1, inFigures: true },
    what: 'DeepFill v2 whole, attention included, at 512²',
    parts: [once(deepFillGenerator(512))],
    peers: ['sluice', 'pytorch'],
  },
  {
    ...{ name: 'wavenet', kind: 'forward', batch: 1, inFigures: false },
    what: 'ten dilated causal blocks of 64 channels on 16,000 samples',
    parts: [once(waveNet)],
  },
]
