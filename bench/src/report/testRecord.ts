import type { BenchRecord, RatioRecord, SeatIdentity } from './record.ts'

/** Records for the tests of the reports, with one case and the ratios they need. */
export function recordWith(
  ratios: readonly RatioRecord[],
  caseName = 'forward1',
  node = '24.0.0',
): BenchRecord {
  return {
    ...{ format: 2, date: '2026-01-01T00:00:00.000Z', quick: false, interrupted: false },
    machine: { cpu: 'one', cores: 2, memoryGiB: 8, os: 'Linux x64', loadBefore: 0 },
    nodes: [{ node, v8: '13', relaxedSimd: true }],
    cases: [
      {
        ...{ case: caseName, what: '', kind: 'forward', batch: 1, parts: [], results: [] },
        ratios,
      },
    ],
    footprint: {},
    figures: [],
  }
}

/** Ours ÷ a peer, every round the same. */
export function ratioOf(
  peer: string,
  value: number,
  { threads = 1, node = '24.0.0' } = {},
): RatioRecord {
  const ours: SeatIdentity = { peer: 'sluice', group: 'ours', node, threads }
  const native = peer.startsWith('pytorch') || peer.startsWith('onnxruntime-node')
  const group = peer === 'sluice' ? 'ours' : native ? 'native' : 'web'
  return {
    ours,
    peer: { peer, group, node, threads: peer === 'sluice' ? 1 : threads },
    ratio: { median: value, min: value, max: value },
  }
}
