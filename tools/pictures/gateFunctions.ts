import { type ActivationKind, activation, compile, reference } from 'sluice'
import { colours, label, line, picture, rectangle } from './svg.ts'

const gates: readonly (readonly [ActivationKind, string])[] = [
  ['sigmoid', 'σ(x)'],
  ['hardSigmoid', 'x/6 + ½ in 0…1'],
  ['onePlusSigmoid', '1 + σ(x)'],
  ['tanh', 'tanh(x)'],
  ['clamp', 'clamp(x, −1, 1)'],
  ['none', 'x'],
  ['relu', 'max(x, 0)'],
  ['gelu', 'x·Φ(x)'],
  ['silu', 'x·σ(x)'],
]

const samples = Float32Array.from({ length: 121 }, (_, i) => (i - 60) / 15)
const panel = { width: 196, height: 128, columns: 3 } as const
const low = -1.3
const high = 2.3

/** Every gate function as a small curve from −4 to 4, computed by the library's own layer. */
export async function gateFunctions(): Promise<string> {
  const panels = await Promise.all(
    gates.map(async ([kind, formula], index) => {
      using session = compile(activation(kind), { device: reference(), input: [1, samples.length] })
      const { output } = await session.run({ input: samples })
      const left = 16 + (index % panel.columns) * (panel.width + 12)
      const top = 16 + Math.floor(index / panel.columns) * (panel.height + 12)
      return curve(left, top, kind === 'none' ? 'none (identity)' : kind, formula, [
        ...(output?.data ?? []),
      ])
    }),
  )
  return picture(640, 448, 'The nine gate functions from −4 to 4', panels.flat())
}

function curve(left: number, top: number, name: string, formula: string, values: number[]) {
  const x = (value: number) => left + ((value + 4) / 8) * panel.width
  const y = (value: number) => top + 24 + ((high - value) / (high - low)) * (panel.height - 28)
  const drawn = [...samples].flatMap((at, i) => {
    const value = values[i] ?? 0
    return value >= low && value <= high ? [[x(at), y(value)] as const] : []
  })
  const rule = (value: number) =>
    line(
      [
        [x(-4), y(value)],
        [x(4), y(value)],
      ],
      {
        stroke: colours.faint,
        ...(value === 0 ? {} : { 'stroke-dasharray': '3 4' }),
      },
    )
  return [
    rectangle(left, top, panel.width, panel.height, { fill: colours.pale, rx: 6 }),
    ...[-1, 0, 1, 2].map(rule),
    line(
      [
        [x(0), y(low)],
        [x(0), y(high)],
      ],
      { stroke: colours.faint },
    ),
    line(drawn, { stroke: colours.gate, 'stroke-width': 2.4 }),
    label(left + 8, top + 17, name, { 'text-anchor': 'start', 'font-weight': 600 }),
    label(left + panel.width - 8, top + 17, formula, { 'text-anchor': 'end', 'font-size': 11 }),
  ]
}
