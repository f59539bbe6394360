import type { Spread } from '../measure/statistics.ts'
import { footprintFigures } from './footprintFigures.ts'
import type { BenchRecord, CaseRecord, NodeRecord, RatioRecord } from './record.ts'

/** One line of the table of figures: what was measured and which bar it is held against. */
export interface Figure {
  readonly figure: string
  /** Under which Node, with how many threads. */
  readonly where: string
  readonly value: number
  readonly unit: 'ratio' | 'ms' | 'KB'
  readonly spread?: Spread
  /** Whom a ratio is held against. */
  readonly against?: string
  readonly must?: number
  readonly goal?: number
}

interface Bar {
  readonly must: number
  readonly goal: number
}

/** A figure that is a ratio of one case. */
interface Rule {
  readonly figure: string
  readonly case: string
  /** Names of peers, of which the fastest counts; or ourselves with one thread. */
  readonly against: readonly string[] | 'one thread'
  readonly relaxed?: Bar
  readonly plain?: Bar
}

const NATIVE = ['onnxruntime-node', 'pytorch']
const FORWARD = { relaxed: { must: 0.5, goal: 0.33 }, plain: { must: 0.8, goal: 0.6 } }
const both = (must: number, goal: number) => ({ relaxed: { must, goal }, plain: { must, goal } })

const RULES: readonly Rule[] = [
  { figure: 'classifier forward, batch 1', case: 'forward1', against: NATIVE, ...FORWARD },
  { figure: 'classifier forward, per clip of 8', case: 'forward8', against: NATIVE, ...FORWARD },
  {
    figure: 'classifier training step, batch 8',
    case: 'train8',
    against: ['pytorch'],
    ...both(0.6, 0.33),
  },
  {
    figure: 'DeepFill convolution stack, 256²',
    case: 'deepfill256',
    against: NATIVE,
    ...both(0.6, 0.4),
  },
  {
    figure: 'the same, each layer by itself, summed',
    case: 'deepfill256layers',
    against: NATIVE,
  },
  {
    figure: 'DeepFill v2 whole, 256²',
    case: 'deepFillV2at256',
    against: ['pytorch'],
    ...both(0.6, 0.33),
  },
  {
    figure: 'DeepFill v2 whole, 512²',
    case: 'deepFillV2at512',
    against: ['pytorch'],
    ...both(0.6, 0.33),
  },
  {
    figure: 'classifier forward, batch 1',
    case: 'forward1',
    against: ['onnxruntime-web'],
    ...both(0.2, 0.12),
  },
  {
    figure: 'classifier forward, per clip of 8',
    case: 'forward8',
    against: ['onnxruntime-web'],
    ...both(0.2, 0.12),
  },
  {
    figure: 'classifier training, per clip',
    case: 'train8',
    against: ['tfjs'],
    ...both(1 / 200, 1 / 400),
  },
  {
    figure: '2 threads ÷ 1, forward, batch 1',
    case: 'forward1',
    against: 'one thread',
    ...both(0.56, 0.52),
  },
  {
    figure: '2 threads ÷ 1, training, batch 8',
    case: 'train8',
    against: 'one thread',
    ...both(0.56, 0.52),
  },
]

/** The table of figures of what a record holds. */
export function figuresOf(record: Omit<BenchRecord, 'figures'>): Figure[] {
  const ratios = RULES.flatMap((rule) => {
    const measured = record.cases.find((each) => each.case === rule.case)
    return measured === undefined ? [] : figuresOfRule(rule, measured, record.nodes)
  })
  return [...ratios, ...footprintFigures(record.footprint)]
}

/** How a figure stands to its bar. */
export function standing({ value, must, goal }: Figure): 'goal' | 'must' | 'missed' | 'no bar' {
  if (must === undefined) return 'no bar'
  if (goal !== undefined && value <= goal) return 'goal'
  return value <= must ? 'must' : 'missed'
}

function figuresOfRule(rule: Rule, measured: CaseRecord, nodes: readonly NodeRecord[]): Figure[] {
  const seats = new Map<string, RatioRecord[]>()
  for (const ratio of measured.ratios) {
    const isThreads = ratio.peer.group === 'ours'
    const counts =
      rule.against === 'one thread'
        ? isThreads && ratio.ours.threads === 2
        : rule.against.includes(ratio.peer.peer)
    if (!counts) continue
    const { node, threads } = ratio.ours
    const key = `${node} ${threads}`
    seats.set(key, [...(seats.get(key) ?? []), ratio])
  }
  return [...seats.values()].flatMap((ratios): Figure[] => {
    // The fastest peer is the one that leaves us the largest ratio.
    const worst = ratios.reduce((a, b) => (b.ratio.median > a.ratio.median ? b : a))
    const relaxed = nodes.find(({ node }) => node === worst.ours.node)?.relaxedSimd === true
    const { node, threads } = worst.ours
    const simd = relaxed ? 'relaxed SIMD' : 'no relaxed SIMD'
    return [
      {
        figure: rule.figure,
        where: `Node ${node.split('.')[0]} (${simd}), ${threads} thread${threads === 1 ? '' : 's'}`,
        value: worst.ratio.median,
        unit: 'ratio',
        spread: worst.ratio,
        against: rule.against === 'one thread' ? '1 thread' : worst.peer.peer,
        ...(relaxed ? rule.relaxed : rule.plain),
      },
    ]
  })
}
