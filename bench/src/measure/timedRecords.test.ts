import { describe, expect, it } from 'vitest'
import type { Case } from '../cases.ts'
import { waveNet } from '../nets/waveNet.ts'
import { peerEntry } from '../peers/registry.ts'
import { type Timed, timedRecords } from './timedRecords.ts'

const stack: Case = {
  ...{ name: 'stack', what: 'two layers', kind: 'forward', batch: 2, inFigures: false },
  parts: [
    { net: { ...waveNet, name: 'first' }, count: 1 },
    { net: { ...waveNet, name: 'second' }, count: 3 },
  ],
}

function timed(peer: string, threads: number, batch: number, turns: [number, number[]][]): Timed {
  const seat = { peer: peerEntry(peer), node: '24.0.0', threads, batch }
  return { seat, version: '1', error: 0, estimateMs: 1, turns: new Map(turns) }
}

describe('timedRecords', () => {
  const ours = timed('sluice', 1, 2, [
    [0, [1, 1]],
    [1, [2, 2]],
    [2, [4, 4]],
  ])

  it('adds the parts, each as often as it counts, and divides by the batch', () => {
    const { results } = timedRecords(stack, [ours], [])
    expect(results[0]).toMatchObject({
      ms: { median: 4, min: 2, max: 8 },
      runsMs: [4, 8, 16],
      partsMs: [1, 1],
    })
  })

  it('takes ratios within rounds, so that a machine that slows down changes nothing', () => {
    const theirs = timed('onnxruntime-node', 1, 2, [
      [0, [2, 2]],
      [1, [4, 4]],
      [2, [8, 8]],
    ])
    const { ratios } = timedRecords(stack, [ours, theirs], [])
    expect(ratios).toMatchObject([{ ratio: { median: 0.5, min: 0.5, max: 0.5 } }])
  })

  it('compares per example where a slow peer ran fewer, and only in the rounds it ran', () => {
    const theirs = timed('tfjs', 1, 1, [[1, [100, 100]]])
    const { ratios } = timedRecords(stack, [ours, theirs], [])
    expect(ratios[0]?.ratio.median).toBeCloseTo(4 / 400, 10)
  })

  it('holds two threads against one, and nobody against another thread count', () => {
    const two = timed('sluice', 2, 2, [[0, [0.5, 0.5]]])
    const native = timed('pytorch', 1, 2, [[0, [1, 1]]])
    const { ratios } = timedRecords(stack, [ours, two, native], [])
    const pairs = ratios.map(({ ours: a, peer }) => `${a.threads} ÷ ${peer.peer} ${peer.threads}`)
    expect(pairs).toEqual(['1 ÷ pytorch 1', '2 ÷ sluice 1'])
  })

  it('leaves out who never had a turn before the interruption', () => {
    const none = timed('pytorch', 1, 2, [])
    expect(timedRecords(stack, [ours, none], []).results).toHaveLength(1)
  })
})
