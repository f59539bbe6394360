/** What a column of a depthwise kernel sums. */
export interface Column {
  /** The row of the weight, and whether it is the gate's. */
  readonly row: number
  readonly gate: boolean
  /** The channel that is read. */
  readonly channel: number
}

/** The columns of all panels, as the kernels read them: `[panel][term][8]`. */
export interface ColumnTable {
  readonly panels: number
  readonly terms: number
  readonly rows: Uint32Array
  /** Byte offsets of the channels. */
  readonly lanes: Uint32Array
  /** Whether each four columns read four neighbouring channels. */
  readonly adjoining: boolean
}

/** See `kernels/depthwisePack.ts`. */
const NONE = 0xffffffff
const GATE = 0x80000000

/** Lists the columns that `columnAt` says there are. */
export function columnTable(
  panels: number,
  terms: number,
  columnAt: (panel: number, term: number, lane: number) => Column | undefined,
): ColumnTable {
  const rows = new Uint32Array(panels * terms * 8)
  const lanes = new Uint32Array(panels * terms * 8)
  let adjoining = true
  for (let panel = 0; panel < panels; panel++) {
    for (let term = 0; term < terms; term++) {
      const first = (panel * terms + term) * 8
      for (let lane = 0; lane < 8; lane++) {
        const column = columnAt(panel, term, lane)
        const index = first + lane
        const next = lane === 0 ? 0 : (lanes[index - 1] as number) + 4
        // A column that does not exist reads on: what it sums is stored nowhere.
        rows[index] = column === undefined ? NONE : (column.gate ? GATE : 0) + column.row
        lanes[index] = column === undefined ? next : column.channel * 4
        if (lane % 4 !== 0 && lanes[index] !== next) adjoining = false
      }
    }
  }
  return { panels, terms, rows, lanes, adjoining }
}
