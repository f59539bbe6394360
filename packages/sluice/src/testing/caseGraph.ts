import type { Graph } from '../engine/graph/graph.ts'
import { GraphBuilder } from '../engine/graph/graphBuilder.ts'
import type { Value } from '../engine/graph/value.ts'
import type { CaseInput, OpCase, OpCases } from '../engine/ops/opCase.ts'
import { sgdUpdate } from '../engine/ops/sgdUpdate/sgdUpdate.ts'
import { constantInitialiser } from '../foundation/initialiser.ts'

/**
 * How a case is wrapped. `all` reads every output; `first` only the first, so that kernels may skip
 * the others; `training` adds a node that overwrites a variable, so that nothing made of weights may
 * be kept from run to run.
 */
export type CaseVariant = 'all' | 'first' | 'training'

/** The variants in which a case can differ. Ops that overwrite are training already. */
export function variantsOf({ op }: OpCases, entry: OpCase): readonly CaseVariant[] {
  const builder = new GraphBuilder()
  const outputs = op.infer(
    entry.inputs.map((input) => declare(builder, input)),
    entry.attributes,
    op.name,
  )
  if (outputs.length === 0) return ['all']
  const hasWeights = entry.inputs.some(({ role }) => role === 'weight')
  return [
    'all',
    ...(outputs.length > 1 ? ['first' as const] : []),
    ...(hasWeights ? ['training' as const] : []),
  ]
}

/** A graph with one application of the op. Its outputs are called `output0`, `output1`, …. */
export function caseGraph({ op }: OpCases, entry: OpCase, variant: CaseVariant): Graph {
  const builder = new GraphBuilder()
  const inputs = entry.inputs.map((input) => declare(builder, input))
  const outputs = builder.apply(op, inputs, entry.attributes, 'case')
  outputs.forEach((output, index) => {
    if (variant !== 'first' || index === 0) builder.output(`output${index}`, output)
  })
  if (variant === 'training') appendUpdate(builder)
  return builder.finish()
}

function declare(builder: GraphBuilder, { name, shape, role, type }: CaseInput): Value {
  if (role === 'weight') return builder.variable(name, shape, 'parameter', constantInitialiser(0))
  if (role === 'state') return builder.variable(name, shape, 'buffer', constantInitialiser(0))
  return builder.input(name, shape, { type, kind: role })
}

/** An update of a variable that nothing else reads. */
function appendUpdate(builder: GraphBuilder): void {
  const bystander = builder.variable('bystander', [4], 'parameter', constantInitialiser(0))
  const gradient = builder.input('bystanderGradient', [4], { kind: 'plain' })
  const rate = builder.input('bystanderRate', [], { kind: 'plain' })
  const attributes = { momentum: 0, weightDecay: 0, nesterov: false, scaled: false }
  builder.apply(sgdUpdate, [bystander, gradient, rate], attributes, 'bystander')
}
