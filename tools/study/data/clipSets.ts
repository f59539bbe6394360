import { type Augmentation, type ClipSource, type Preprocessing, preprocessing } from 'sluice/data'
import type { Terminal } from '../../../apps/cli/src/terminal/terminal.ts'
import type { ClipNetworkShape } from '../networks/clipNetwork.ts'
import { fetchCameraMoves, fetchWinds } from './fetchClips.ts'

/** What a set of clips says of itself. */
export interface ClipSet {
  readonly name: string
  readonly title: string
  /** The folder, or the list, of its clips. */
  readonly root: string
  readonly fetch: (terminal: Terminal) => void
  /** How frames become inputs; of arrays it is measured on the training clips. */
  readonly preprocessing?: Preprocessing
  readonly augmentation: Augmentation
  readonly network: ClipNetworkShape
  /** Gated widths. */
  readonly base: readonly number[]
  readonly input: readonly number[]
  readonly epochs: number
  readonly rateEpochs: number
  readonly rates: readonly number[]
  /** What a test clip is of: those of one photograph or one month are not independent. */
  readonly clusterOf: (item: ClipSource, index: number) => string
}

const still: Augmentation = {
  ...{ crop: 0, scale: 0, brightness: 0, contrast: 0, jitter: 0, speed: 0 },
  ...{ mirror: [], reverse: [] },
}
const [front, halved] = [
  { kernel: 3, stride: [1, 2, 2] },
  { kernel: 3, stride: 2 },
] as const

export const clipSets: readonly ClipSet[] = [
  {
    name: 'actions',
    title: 'Telling eight actions apart',
    root: 'fixtures/actions',
    fetch: () => {},
    preprocessing: preprocessing({ frames: 8, fps: 10, size: 24 }),
    // As in the demo, whose network this is.
    augmentation: { ...still, crop: 0.04, brightness: 0.1, jitter: 0.5 },
    network: {
      ...{ inChannels: 3, classes: 8, blocks: [front, halved, halved] },
      ...{ edges: false, head: 'mean', dropout: 0.2 },
    },
    ...{ base: [8, 16, 32], input: [1, 3, 8, 24, 24], epochs: 12, rateEpochs: 2 },
    rates: [0.001, 0.003, 0.009],
    clusterOf: ({ path }) => path,
  },
  {
    name: 'winds',
    title: 'Telling the month from four months of wind',
    root: 'data/winds/winds.csv',
    fetch: fetchWinds,
    augmentation: still,
    network: {
      ...{ inChannels: 2, classes: 12, blocks: [front, halved, halved] },
      ...{ edges: false, head: 'places', dropout: 0.3 },
    },
    ...{ base: [8, 16, 32], input: [1, 2, 4, 24, 24], epochs: 3, rateEpochs: 1 },
    rates: [0.001, 0.003, 0.009],
    // The 60 places of one first month show the same weather.
    clusterOf: (_, index) => String(Math.floor(index / 60)),
  },
  {
    name: 'camera',
    title: 'Telling nine camera moves apart',
    root: 'data/study-camera-moves',
    fetch: fetchCameraMoves,
    preprocessing: preprocessing({ frames: 8, fps: 10, size: 24 }),
    augmentation: {
      ...{ ...still, crop: 0.03, brightness: 0.2, contrast: 0.2 },
      mirror: [
        ['pan-left', 'pan-right'],
        ['roll-left', 'roll-right'],
        ...['pan-up', 'pan-down', 'zoom-in', 'zoom-out', 'still'].map((n) => [n, n] as const),
      ],
      reverse: [
        ['pan-left', 'pan-right'],
        ['pan-up', 'pan-down'],
        ['zoom-in', 'zoom-out'],
        ['roll-left', 'roll-right'],
        ['still', 'still'],
      ],
    },
    network: {
      inChannels: 3,
      classes: 9,
      blocks: [{ kernel: [3, 5, 5], stride: [1, 2, 2] }, halved, halved],
      ...{ edges: true, head: 'places', dropout: 0.3 },
    },
    ...{ base: [8, 16, 32], input: [1, 3, 8, 24, 24], epochs: 5, rateEpochs: 1 },
    rates: [0.001, 0.003, 0.009],
    clusterOf: ({ path }) => path.replace(/^.*\//, '').replace(/_\d+\.webp$/, ''),
  },
]
