import type { BenchRecord, CaseRecord, PeerRecord, RatioRecord } from './record.ts'

/** The record as plain lines for a terminal. */
export function renderTable(record: BenchRecord): string {
  const { machine } = record
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}`,
    `Node ${machine.node} (V8 ${machine.v8}), relaxed SIMD ${machine.relaxedSimd ? 'on' : 'off'}, ` +
      `load before ${machine.loadBefore}`,
  ]
  if (record.quick) lines.push('quick: few rounds, for a look; not to be quoted')
  for (const entry of record.cases) lines.push('', ...renderCase(entry))
  return lines.join('\n')
}

function renderCase(entry: CaseRecord): string[] {
  const threads = `${entry.threads} thread${entry.threads === 1 ? '' : 's'}`
  const header = ['', 'ms per clip', 'min..max', 'runs', 'batch', 'peak MiB', 'ours ÷ peer', '']
  const rows = entry.results.map((result) =>
    rowOf(
      result,
      entry.ratios.find(({ peer }) => peer === result.peer),
    ),
  )
  return [`${entry.case}: ${entry.what}, ${threads}`, ...align([header, ...rows])]
}

function rowOf(result: PeerRecord, ratio: RatioRecord | undefined): string[] {
  const name = `${result.peer} ${result.version}`.trim()
  if (result.status !== 'timed') return [name, `${result.status}: ${result.reason}`]
  const { median, min, max } = result.msPerClip
  return [
    name,
    number(median),
    `${number(min)}..${number(max)}`,
    `${result.runsMs.length}`,
    `${result.batch}`,
    result.peakMiB.toFixed(0),
    ratio === undefined
      ? ''
      : `${number(ratio.ratio.median)} (${number(ratio.ratio.min)}..${number(ratio.ratio.max)})`,
    ratio?.bar === undefined
      ? ''
      : `${ratio.met ? 'within' : 'MISSES'} the bar of ${number(ratio.bar)}`,
  ]
}

/** Three significant digits without an exponent, thousands as whole numbers. */
function number(value: number): string {
  return value >= 1000 ? value.toFixed(0) : `${Number(value.toPrecision(3))}`
}

/** Names to the left, figures to the right; a row that ends early is a sentence and sets no width. */
function align(rows: readonly string[][]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [i, cell] of row.entries()) {
      if (row.length > 2 || i === 0) widths[i] = Math.max(widths[i] ?? 0, cell.length)
    }
  }
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const leftAligned = i === 0 || i === 7 || row.length === 2
        return leftAligned ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)
      })
      .join('  ')
      .replace(/^/, '  ')
      .trimEnd(),
  )
}
