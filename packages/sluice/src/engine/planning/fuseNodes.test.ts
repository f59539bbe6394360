import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/referenceDevice.ts'
import { constantInitialiser } from '../../foundation/initialiser.ts'
import type { Device } from '../device/device.ts'
import { type Graph, mutatedInputs } from '../graph/graph.ts'
import { GraphBuilder } from '../graph/graphBuilder.ts'
import { verifyGraph } from '../graph/verifyGraph.ts'
import { add } from '../ops/add/add.ts'
import { assign } from '../ops/assign/assign.ts'
import { multiply } from '../ops/multiply/multiply.ts'
import { compileGraph } from '../runtime/compile.ts'
import { planGraph } from './planGraph.ts'
import { verifyPlan } from './verifyPlan.ts'

const anyPair: Device = Object.assign(reference(), { fuses: () => true })

/** `state ← x + x · y`, where the product may be shown too, or be made of the state. */
function graphOf(options: { readonly shown?: boolean; readonly ofState?: boolean } = {}): Graph {
  const builder = new GraphBuilder()
  const x = builder.input('x', [3], { kind: 'plain' })
  const y = builder.input('y', [3], { kind: 'plain' })
  const state = builder.variable('state', [3], 'buffer', constantInitialiser(2))
  const product = builder.applyOne(multiply, [options.ofState === true ? state : x, y], {}, '')
  if (options.shown === true) builder.output('product', product)
  builder.output('sum', builder.applyOne(add, [x, product], {}, ''))
  builder.apply(assign, [state, x], {}, '')
  return builder.finish()
}

const opsOf = (graph: Graph) => planGraph(graph, anyPair).graph.nodes.map(({ op }) => op.name)

describe('two nodes as one', () => {
  it('compute what they computed apart', async () => {
    const graph = graphOf()
    expect(opsOf(graph)).toEqual(['multiply+add', 'assign'])
    const inputs = { x: Float32Array.of(1, 2, 3), y: Float32Array.of(4, 5, 6) }
    using together = compileGraph(graph, { device: anyPair })
    using apart = compileGraph(graph, { device: reference() })
    expect((await together.run(inputs)).sum).toEqual((await apart.run(inputs)).sum)
  })

  it('make a sound graph and plan, that writes what the second wrote', () => {
    const builder = new GraphBuilder()
    const x = builder.input('x', [3], { kind: 'plain' })
    const state = builder.variable('state', [3], 'buffer', constantInitialiser(2))
    builder.apply(assign, [state, builder.applyOne(add, [x, x], {}, '')], {}, '')
    const plan = planGraph(builder.finish(), anyPair)
    const [node] = plan.graph.nodes
    if (node === undefined) throw new Error('no node')
    expect(node.op.name).toBe('add+assign')
    expect(mutatedInputs(node).map((index) => node.inputs[index])).toEqual([state])
    verifyGraph(plan.graph)
    verifyPlan(plan)
  })

  it('stay two where somebody else reads what lies between them', () => {
    expect(opsOf(graphOf({ shown: true }))).toEqual(['multiply', 'add', 'assign'])
  })

  it('stay two where the first reads a variable, which may be overwritten before the second', () => {
    expect(opsOf(graphOf({ ofState: true }))).toEqual(['multiply', 'add', 'assign'])
  })
})
