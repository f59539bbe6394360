/** One thing that is timed. Its bars are upper limits for ours ÷ peer, per clip. */
export interface Case {
  readonly name: string
  readonly kind: 'forward' | 'train'
  readonly batch: number
  readonly what: string
  readonly bars: Readonly<Record<string, number>>
}

export const CASES: readonly Case[] = [
  {
    name: 'forward1',
    kind: 'forward',
    batch: 1,
    what: 'forward, batch 1',
    bars: { 'onnxruntime-web': 1 },
  },
  {
    name: 'forward8',
    kind: 'forward',
    batch: 8,
    what: 'forward, batch 8',
    bars: { 'onnxruntime-web': 1 },
  },
  {
    name: 'train8',
    kind: 'train',
    batch: 8,
    what: 'training step (SGD, cross-entropy), batch 8',
    bars: { tfjs: 1 / 30 },
  },
]
