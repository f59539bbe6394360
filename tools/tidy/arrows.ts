/**
 * Who may import whom inside the library: the one table of the arrows that ARCHITECTURE.md draws. A
 * folder may always import itself. `types` may be imported as types only: the arrow disappears when
 * the program is compiled.
 */
export interface Arrows {
  readonly folder: string
  readonly may: readonly string[]
  readonly types?: readonly string[]
}

const FOUNDATION = 'foundation'
const GRAPH = 'engine/graph'
const OPS = 'engine/ops'
const AUTODIFF = 'engine/autodiff'
const DEVICE = 'engine/device'
const PLANNING = 'engine/planning'
const RUNTIME = 'engine/runtime'

export const arrows: readonly Arrows[] = [
  { folder: FOUNDATION, may: [] },
  { folder: GRAPH, may: [FOUNDATION] },
  // A device is handed plans: it knows what they look like, and nothing of how they are made.
  { folder: DEVICE, may: [FOUNDATION], types: [GRAPH, PLANNING] },
  { folder: OPS, may: [FOUNDATION, GRAPH] },
  { folder: AUTODIFF, may: [FOUNDATION, GRAPH, OPS] },
  { folder: PLANNING, may: [FOUNDATION, GRAPH, OPS, DEVICE] },
  { folder: RUNTIME, may: [FOUNDATION, GRAPH, AUTODIFF, PLANNING, DEVICE] },
  { folder: 'backends/reference', may: [FOUNDATION, GRAPH, OPS, DEVICE], types: [PLANNING] },
  { folder: 'backends/wasm', may: [FOUNDATION, GRAPH, OPS, DEVICE], types: [PLANNING] },
  { folder: 'layers', may: [FOUNDATION, GRAPH, OPS] },
  { folder: 'models', may: [FOUNDATION, GRAPH, OPS, 'layers'] },
  {
    folder: 'training',
    may: [FOUNDATION, GRAPH, OPS, AUTODIFF, RUNTIME, 'layers', 'formats'],
    types: [DEVICE, PLANNING],
  },
  { folder: 'inspection', may: [FOUNDATION, GRAPH, OPS, AUTODIFF, RUNTIME], types: [DEVICE] },
  {
    folder: 'inpainting',
    // It plans programs of many sizes to know what memory they take, before it compiles any.
    may: [
      FOUNDATION,
      GRAPH,
      OPS,
      AUTODIFF,
      PLANNING,
      RUNTIME,
      'layers',
      'models',
      'training',
      'data',
    ],
    types: [DEVICE],
  },
  { folder: 'formats', may: [FOUNDATION] },
  { folder: 'data', may: [FOUNDATION] },
  { folder: 'interchange', may: [FOUNDATION, GRAPH, OPS, 'layers', 'models', 'formats'] },
  {
    folder: 'testing',
    may: [FOUNDATION, GRAPH, OPS, AUTODIFF, DEVICE, PLANNING, RUNTIME],
  },
]
