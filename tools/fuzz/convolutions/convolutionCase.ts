import {
  type ConvAttributes,
  conv,
} from '../../../packages/sluice/src/engine/ops/convolution/conv.ts'
import { convBackwardInput } from '../../../packages/sluice/src/engine/ops/convolution/convBackwardInput.ts'
import { convBackwardWeight } from '../../../packages/sluice/src/engine/ops/convolution/convBackwardWeight.ts'
import { convolutionWeight } from '../../../packages/sluice/src/engine/ops/convolution/convolutionCases.ts'
import { gatedConvCases } from '../../../packages/sluice/src/engine/ops/gatedConvolution/cases.ts'
import { gatedConv } from '../../../packages/sluice/src/engine/ops/gatedConvolution/gatedConv.ts'
import {
  activationInput,
  type OpCases,
  opCases,
  weightInput,
} from '../../../packages/sluice/src/engine/ops/opCase.ts'
import { Random } from '../../../packages/sluice/src/foundation/random.ts'
import { type DrawnConvolution, drawConvolution, drawGates, pick } from './drawConvolution.ts'

const passes = ['forward', 'forward', 'input gradient', 'weight gradient'] as const

/** The case of one round of a seed: a table with this one case, as the contract suite wants it. */
export function convolutionCase(seed: number, round: number): OpCases {
  const random = new Random(seed, 'convolution', round)
  const drawn = drawConvolution(random)
  const gated = random.integer(2) === 1
  const bias = random.integer(2) === 1
  const pass = pick(random, passes)
  if (pass === 'forward') return forward(drawn, { gated, bias }, random)
  const branches = gated ? 2 : 1
  const { x, weight, y, window } = drawn
  const [batch = 1, channels = 1, ...space] = y
  const dy = activationInput('dy', [batch, channels * branches, ...space])
  const name = `${nameOf(drawn)}, branches ${branches}`
  if (pass === 'weight gradient') {
    const inputs = [activationInput('x', x), dy]
    const attributes = { ...window, weightShape: weight, branches } as const
    return opCases({ op: convBackwardWeight, cases: [{ name, inputs, attributes }] })
  }
  const inputs = [
    convolutionWeight('weight', weight),
    ...(gated ? [convolutionWeight('gateWeight', weight)] : []),
    dy,
  ]
  const attributes = { ...window, inputShape: x, branches } as const
  return opCases({ op: convBackwardInput, cases: [{ name, inputs, attributes }] })
}

function forward(
  drawn: DrawnConvolution,
  { gated, bias }: { readonly gated: boolean; readonly bias: boolean },
  random: Random,
): OpCases {
  const { x, weight, window } = drawn
  const [channels = 1] = weight
  const names = gated ? (['weight', 'gateWeight'] as const) : (['weight'] as const)
  const biases = gated ? ['bias', 'gateBias'] : ['bias']
  const inputs = [
    activationInput('x', x),
    ...names.map((name) => convolutionWeight(name, weight)),
    ...(bias ? biases.map((name) => weightInput(name, [channels])) : []),
  ]
  const withBias = bias ? ', bias' : ''
  if (gated) {
    const gates = drawGates(random)
    const { looseness } = gatedConvCases
    const name = `${nameOf(drawn)}${withBias}, ${Object.values(gates).join('·')}`
    const cases = [{ name, inputs, attributes: { ...window, ...gates, bias } }]
    return opCases({ op: gatedConv, cases, ...(looseness === undefined ? {} : { looseness }) })
  }
  const activation = pick(random, ['none', 'relu'] as const)
  const name = `${nameOf(drawn)}${withBias}, ${activation}`
  const attributes: ConvAttributes = { ...window, bias, activation }
  return opCases<ConvAttributes>({ op: conv, cases: [{ name, inputs, attributes }] })
}

function nameOf({ x, weight, window }: DrawnConvolution): string {
  const { stride, padding, dilation, groups } = window
  const pads = padding.map((pair) => pair.join('+')).join(' ')
  return `x [${x}], weight [${weight}], stride ${stride}, padding ${pads}, dilation ${dilation}, groups ${groups}`
}
