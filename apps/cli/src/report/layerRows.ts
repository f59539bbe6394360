import type { LayerSummary, ReceptiveField } from 'sluice'

/** One layer's line: what its ops do one after the other, and their sums. */
export interface LayerRow {
  readonly path: string
  /** The ops in order, `conv ×2, gateProduct`; those that only move numbers are left out. */
  readonly ops: string
  readonly outputShape: readonly number[]
  readonly parameters: number
  readonly multiplyAdds: number
  readonly receptiveField: ReceptiveField
}

/** Ops that compute nothing: of interest only where a layer does nothing else. */
const moves: ReadonlySet<string> = new Set(['slice', 'padZeros', 'reshape', 'concat', 'maskTaps'])

/**
 * A summary's ops as rows of a table: neighbours of one layer are one row, which ends in what the last
 * of them gives and sees.
 */
export function layerRows(layers: readonly LayerSummary[]): LayerRow[] {
  const runs: LayerSummary[][] = []
  for (const layer of layers) {
    const run = runs.at(-1)
    if (run?.[0]?.path === layer.path) run.push(layer)
    else runs.push([layer])
  }
  return runs.flatMap((run) => {
    const last = run.at(-1)
    if (last === undefined) return []
    const total = (of: (layer: LayerSummary) => number) =>
      run.reduce((sum, layer) => sum + of(layer), 0)
    return [
      {
        path: last.path,
        ops: opNames(run.map(({ op }) => op)),
        outputShape: last.outputShape,
        parameters: total(({ parameters }) => parameters),
        multiplyAdds: total(({ multiplyAdds }) => multiplyAdds),
        receptiveField: last.receptiveField,
      },
    ]
  })
}

function opNames(ops: readonly string[]): string {
  const computing = ops.filter((op) => !moves.has(op))
  const shown = computing.length === 0 ? ops : computing
  const counts = new Map<string, number>()
  for (const op of shown) counts.set(op, (counts.get(op) ?? 0) + 1)
  return [...counts].map(([op, count]) => (count === 1 ? op : `${op} ×${count}`)).join(', ')
}
