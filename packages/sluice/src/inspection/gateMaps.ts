import type { Device } from '../engine/device/device.ts'
import type { Node } from '../engine/graph/graph.ts'
import { GraphBuilder } from '../engine/graph/graphBuilder.ts'
import { type Module, Scope } from '../engine/graph/module.ts'
import { checkWeights, compileGraph } from '../engine/runtime/compile.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { Float32Tensor, NamedTensors } from '../foundation/hostTensor.ts'
import { present } from '../foundation/invariant.ts'

/** What a network is looked into with. */
export interface GateMapOptions {
  readonly device: Device
  /** Values of all variables by name, as `compile` takes them. */
  readonly weights: NamedTensors
  /** What is shown to the network, batch first: `[N, C, …]`. */
  readonly input: Float32Tensor
}

/** One gated layer's gate, as one input opened it. */
export interface GateMap {
  /** The layer's name in the model, as its parameters carry it. */
  readonly path: string
  /** The op that the gate stands in. */
  readonly op: string
  /** γ, which says where values can lie: 0 to 1 for `sigmoid`, −1 to 1 for `tanh`. */
  readonly activation: string
  /** What the features are multiplied by, after γ: `[N, G, …space]`. */
  readonly opening: Float32Tensor
}

/**
 * What every gated layer of a model lets through for an input, in the order in which layers run. The
 * model runs as in inference; the values of its gates become outputs beside its own.
 *
 * @returns one map per gated layer; none for a model without gates
 * @throws SluiceError `shape` or `missing` when input or weights do not fit the model
 */
export async function gateMaps(model: Module, options: GateMapOptions): Promise<GateMap[]> {
  const { device, weights, input } = options
  const builder = new GraphBuilder()
  const x = builder.input('input', input.shape)
  builder.output('output', model.build(new Scope(builder, 'inference'), x))
  const gated = [...builder.nodesSoFar].flatMap((node, index) => {
    const value = node.op.gateValues?.(builder, node)
    if (value === undefined) return []
    const name = `gate ${index}`
    builder.output(name, value)
    return [{ node, name }]
  })
  const graph = builder.finish()
  checkWeights(graph, weights)
  using session = compileGraph(graph, { device, weights })
  const outputs = await session.run({ input })
  return gated.map(({ node, name }) => ({
    path: node.path,
    op: node.op.name,
    activation: activationOf(node),
    opening: present(outputs[name], name),
  }))
}

function activationOf({ attributes, op, path }: Node): string {
  const { gateActivation } = attributes
  if (typeof gateActivation === 'string') return gateActivation
  throw new SluiceError('unsupported', `the gate of ${op.name} does not say its activation`, {
    where: path,
  })
}
