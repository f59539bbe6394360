import { arrow, colours, label, picture, rectangle } from './svg.ts'

type Kind = 'feature' | 'gate' | 'product' | 'other'
interface Box {
  readonly at: readonly [column: number, row: number]
  readonly words: string
  readonly kind: Kind
}

interface Diagram {
  readonly name: string
  readonly formula: string
  readonly boxes: readonly Box[]
  /** Pairs of boxes by number; −1 is the input. */
  readonly arrows: readonly (readonly [from: number, to: number])[]
}

const gateRow: readonly Box[] = [
  { at: [0, 1], words: 'conv: G', kind: 'gate' },
  { at: [1, 1], words: 'γ', kind: 'gate' },
]

const diagrams: readonly Diagram[] = [
  {
    name: 'actThenGate',
    formula: 'N(φ(F) ⊙ γ(G))',
    boxes: [
      { at: [0, 0], words: 'conv: F', kind: 'feature' },
      { at: [1, 0], words: 'φ', kind: 'feature' },
      ...gateRow,
      { at: [2, 0.5], words: '⊙', kind: 'product' },
      { at: [3, 0.5], words: 'norm', kind: 'other' },
    ],
    arrows: [
      [-1, 0],
      [0, 1],
      [-1, 2],
      [2, 3],
      [1, 4],
      [3, 4],
      [4, 5],
    ],
  },
  {
    name: 'gateThenAct',
    formula: 'φ(N(F ⊙ γ(G)))',
    boxes: [
      { at: [0, 0], words: 'conv: F', kind: 'feature' },
      ...gateRow,
      { at: [2, 0.5], words: '⊙', kind: 'product' },
      { at: [3, 0.5], words: 'norm', kind: 'other' },
      { at: [4, 0.5], words: 'φ', kind: 'feature' },
    ],
    arrows: [
      [-1, 0],
      [-1, 1],
      [1, 2],
      [0, 3],
      [2, 3],
      [3, 4],
      [4, 5],
    ],
  },
  {
    name: 'residualThenGate',
    formula: 'N(φ(F + x) ⊙ γ(G))',
    boxes: [
      { at: [0, 0], words: 'conv: F', kind: 'feature' },
      { at: [1, 0], words: '+ x', kind: 'other' },
      { at: [2, 0], words: 'φ', kind: 'feature' },
      { at: [0, 1], words: 'conv: G', kind: 'gate' },
      { at: [1, 1], words: 'γ', kind: 'gate' },
      { at: [3, 0.5], words: '⊙', kind: 'product' },
      { at: [4, 0.5], words: 'norm', kind: 'other' },
    ],
    arrows: [
      [-1, 0],
      [0, 1],
      [1, 2],
      [-1, 3],
      [3, 4],
      [2, 5],
      [4, 5],
      [5, 6],
    ],
  },
]

const size = { width: 72, height: 30, columnWidth: 96, rowHeight: 44 } as const

/** The three orders in which feature, gate and norm meet, as boxes and arrows. */
export function orders(): string {
  const parts = diagrams.flatMap((diagram, index) => draw(diagram, 24 + index * 128))
  return picture(640, 404, 'Three orders of feature, gate and norm', parts)
}

function draw({ name, formula, boxes, arrows }: Diagram, top: number): string[] {
  const inputAt = [44, top + 70] as const
  const middle = ({ at: [column, row] }: Box) =>
    [146 + column * size.columnWidth, top + 48 + row * size.rowHeight] as const
  const start = (number: number): readonly [number, number] => {
    const box = boxes[number]
    if (box === undefined) return [inputAt[0] + 14, inputAt[1]]
    const [x, y] = middle(box)
    return [x + size.width / 2, y]
  }
  return [
    label(24, top + 14, name, { 'text-anchor': 'start', 'font-weight': 600 }),
    label(616, top + 14, formula, { 'text-anchor': 'end' }),
    rectangle(inputAt[0] - 14, inputAt[1] - 15, 28, 30, { fill: colours.ink, rx: 6 }),
    label(inputAt[0], inputAt[1] + 5, 'x', { fill: '#ffffff', 'font-weight': 600 }),
    ...arrows.flatMap(([from, to]) => {
      const box = boxes[to]
      if (box === undefined) return []
      const [x, y] = middle(box)
      return [arrow(start(from), [x - size.width / 2 - 2, y])]
    }),
    ...boxes.flatMap((box) => {
      const [x, y] = middle(box)
      const colour = colours[box.kind]
      return [
        rectangle(x - size.width / 2, y - size.height / 2, size.width, size.height, {
          ...{ fill: '#ffffff', stroke: colour, 'stroke-width': 2, rx: 6 },
        }),
        label(x, y + 5, box.words, { fill: colour, 'font-weight': 600 }),
      ]
    }),
  ]
}
