import { align, number, threadsOf } from './columns.ts'
import { type Figure, standing } from './figures.ts'
import type { BenchRecord, CaseRecord, SeatIdentity, SeatRecord } from './record.ts'

const MARKS = {
  goal: '✓ goal',
  must: '✓ must',
  missed: '✗ MISSED',
  'no bar': '',
} as const

/** The record as plain lines for a terminal: every case, then the figures. */
export function renderTable(record: BenchRecord): string {
  const { machine, nodes } = record
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}, ` +
      `load before ${machine.loadBefore}`,
    ...nodes.map(
      ({ node, v8, relaxedSimd }) =>
        `Node ${node} (V8 ${v8}), relaxed SIMD ${relaxedSimd ? 'on' : 'off'}`,
    ),
  ]
  if (record.quick) lines.push('quick: few rounds, for a look; not to be quoted')
  if (record.interrupted) lines.push('interrupted: what was measured until then')
  for (const measured of record.cases) lines.push('', ...renderCase(measured))
  if (record.figures.length > 0) lines.push('', ...renderFigures(record.figures))
  return lines.join('\n')
}

function renderCase(measured: CaseRecord): string[] {
  const header = ['', 'threads', 'ms per example', 'min..max', 'runs', 'batch']
  const rows = measured.results.map((result) => seatRow(result))
  const ratios = measured.ratios.map(({ ours, peer, ratio }) => [
    `Node ${majorOf(ours)} ÷ ${peer.group === 'ours' ? 'itself with 1 thread' : peer.peer}`,
    `${ours.threads}`,
    number(ratio.median),
    `${number(ratio.min)}..${number(ratio.max)}`,
  ])
  return [
    `${measured.case}: ${measured.what}`,
    ...align([header, ...rows], [0]),
    ...align([['ours ÷ theirs', 'threads', 'median', 'min..max'], ...ratios], [0]),
    ...renderParts(measured),
  ]
}

function seatRow(result: SeatRecord): string[] {
  const place = result.group === 'native' ? '' : ` (Node ${majorOf(result)})`
  const name = `${result.peer} ${result.version}`.trim() + place
  if (result.status !== 'timed') {
    return [`${name}, ${threadsOf(result.threads)}`, `${result.status}: ${result.reason}`]
  }
  const { median, min, max } = result.ms
  const runs = result.runsMs.filter((ms) => ms !== null).length
  return [
    name,
    `${result.threads}`,
    number(median),
    `${number(min)}..${number(max)}`,
    `${runs}`,
    `${result.batch}`,
  ]
}

/** Layers beside the fastest native peer with as many threads. */
function renderParts({ parts, results }: CaseRecord): string[] {
  if (parts.length === 0) return []
  const timed = results.filter((result) => result.status === 'timed')
  const rows = timed
    .filter(({ group }) => group === 'ours')
    .flatMap((ours) =>
      parts.map(({ name, count }, part) => {
        const native = timed
          .filter(({ group, threads }) => group === 'native' && threads === ours.threads)
          .map(({ peer, partsMs }) => ({ peer, ms: partsMs[part] ?? Number.NaN }))
          .sort((a, b) => a.ms - b.ms)[0]
        const ms = ours.partsMs[part] ?? Number.NaN
        return [
          `Node ${majorOf(ours)}, ${name}`,
          `${ours.threads}`,
          `${count}`,
          number(ms),
          native === undefined ? '' : number(native.ms),
          native === undefined ? '' : number(ms / native.ms),
          native?.peer ?? '',
        ]
      }),
    )
  const header = ['layer', 'threads', 'times', 'ours, ms', 'native, ms', 'ours ÷', '']
  return align([header, ...rows], [0, 6])
}

function renderFigures(figures: readonly Figure[]): string[] {
  const rows = figures.map((figure) => {
    const { value, unit, spread, must, goal } = figure
    return [
      figure.figure,
      figure.where,
      figure.against === undefined ? '' : `÷ ${figure.against}`,
      unit === 'ratio' ? number(value) : `${number(value)} ${unit}`,
      spread === undefined ? '' : `${number(spread.min)}..${number(spread.max)}`,
      must === undefined ? '' : number(must),
      goal === undefined ? '' : number(goal),
      MARKS[standing(figure)],
    ]
  })
  const header = ['figure', '', '', 'median', 'min..max', 'must', 'goal', '']
  return ['figures', ...align([header, ...rows], [0, 1, 2, 7])]
}

function majorOf({ node }: SeatIdentity): string {
  return node.split('.')[0] ?? node
}
