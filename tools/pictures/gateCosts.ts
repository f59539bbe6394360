import { type GateKind, gatedConv2d, summary } from 'sluice'
import { colours, label, picture, rectangle } from './svg.ts'

/** A gated 3×3 convolution of 96 to 96 channels, as DeepFill has many, on 64×64 pixels. */
const shape = [1, 96, 64, 64]

const kinds: readonly GateKind[] = [
  'full',
  'perGroup',
  'depthSeparable',
  'pointwise',
  'singleChannel',
  'globalPool',
]

export interface GateCost {
  readonly kind: GateKind
  readonly parameters: number
  readonly multiplyAdds: number
}

/** What each kind of gate costs the whole layer, counted by the library. */
export function gateCosts(): GateCost[] {
  return kinds.map((gateKind) => {
    const options = gateKind === 'perGroup' ? { gateChannels: 8 } : {}
    const layer = gatedConv2d(96, 96, { kernelSize: 3, padding: 1, gateKind, ...options })
    const { parameters, multiplyAdds } = summary(layer, shape)
    return { kind: gateKind, parameters, multiplyAdds }
  })
}

/** Two bars a kind: parameters and multiply-adds. */
export function gateCostBars(): string {
  const costs = gateCosts()
  const most = { parameters: 0, multiplyAdds: 0 }
  for (const { parameters, multiplyAdds } of costs) {
    most.parameters = Math.max(most.parameters, parameters)
    most.multiplyAdds = Math.max(most.multiplyAdds, multiplyAdds)
  }
  const width = 330
  const parts = costs.flatMap(({ kind, parameters, multiplyAdds }, index) => {
    const y = 44 + index * 44
    const bar = (top: number, share: number, colour: string, words: string) => [
      rectangle(140, top, width * share, 14, { fill: colour, rx: 3 }),
      label(148 + width * share, top + 12, words, { 'text-anchor': 'start', 'font-size': 12 }),
    ]
    return [
      label(128, y + 20, kind, { 'text-anchor': 'end', 'font-weight': 600 }),
      ...bar(
        y,
        parameters / most.parameters,
        colours.feature,
        `${thousands(parameters)} parameters`,
      ),
      ...bar(
        y + 17,
        multiplyAdds / most.multiplyAdds,
        colours.gate,
        `${(multiplyAdds / 1e6).toFixed(0)} M multiply-adds`,
      ),
    ]
  })
  const title = 'Gated 3×3 convolution, 96 to 96 channels, 64×64 pixels'
  const head = label(320, 26, title, { 'font-weight': 600 })
  return picture(640, 316, `${title}: parameters and multiply-adds per kind of gate`, [
    head,
    ...parts,
  ])
}

function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
