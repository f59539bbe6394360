import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backwardGraph } from '../../packages/sluice/src/engine/autodiff/backwardGraph.ts'
import { GraphBuilder } from '../../packages/sluice/src/engine/graph/graphBuilder.ts'
import type { OpDefinition } from '../../packages/sluice/src/engine/graph/opDefinition.ts'
import type { Value } from '../../packages/sluice/src/engine/graph/value.ts'
import * as allOps from '../../packages/sluice/src/engine/ops/allOps.ts'
import { compileGraph } from '../../packages/sluice/src/engine/runtime/compile.ts'
import type { SessionInput } from '../../packages/sluice/src/engine/runtime/session.ts'
import type { Device } from '../../packages/sluice/src/entrypoints/index.ts'
import { constantInitialiser } from '../../packages/sluice/src/foundation/initialiser.ts'
import { elementCount } from '../../packages/sluice/src/foundation/shape.ts'
import { testedDevices } from './devices.ts'
import { formulaLabels, formulaValues } from './formula.ts'
import { distanceFromGolden, type GoldenCase, type GoldenInput, goldens } from './goldens.ts'

const ops = new Map(
  Object.values(allOps).map((op) => [op.name, op as unknown as OpDefinition] as const),
)

function declare(builder: GraphBuilder, { name, shape, role }: GoldenInput): Value {
  if (role === 'weight') return builder.variable(name, shape, 'parameter', constantInitialiser(0))
  if (role === 'state') return builder.variable(name, shape, 'buffer', constantInitialiser(0))
  const type = role === 'labels' || role === 'whole' ? 'int32' : 'float32'
  return builder.input(name, shape, { type, kind: role === 'activation' ? role : 'plain' })
}

function valuesOf(input: GoldenInput): SessionInput {
  const count = elementCount(input.shape)
  if (input.role === 'whole') return input.value ?? 0
  if (input.role === 'labels') return formulaLabels(count, input.salt, input.classes ?? 1)
  return formulaValues(count, input)
}

/** Runs a case on a device and gives the distance of every result from PyTorch's, by name. */
async function distances(golden: GoldenCase, device: Device): Promise<Record<string, number>> {
  const op = ops.get(golden.op)
  if (op === undefined) throw new Error(`there is no op ${golden.op}`)
  const builder = new GraphBuilder()
  const inputs = golden.inputs.map((input) => declare(builder, input))
  const outputs = builder.apply(op, inputs, golden.attributes, 'golden')
  outputs.forEach((output, index) => {
    builder.output(`output${index}`, output)
  })
  const given: Record<string, SessionInput> = {}
  const [first] = outputs
  if (golden.seed !== undefined && first !== undefined) {
    const seed = builder.input('seed', first.shape, { kind: first.kind })
    given.seed = formulaValues(elementCount(first.shape), { salt: golden.seed })
    const wanted = golden.gradients.map(
      ({ input }) => inputs[golden.inputs.findIndex(({ name }) => name === input)] as Value,
    )
    backwardGraph(builder, new Map([[first, seed]]), wanted).forEach((gradient, index) => {
      if (gradient !== undefined) builder.output(`d${golden.gradients[index]?.input}`, gradient)
    })
  }
  const session = compileGraph(builder.finish(), { device })
  for (const input of golden.inputs) {
    const values = valuesOf(input)
    if (input.role === 'weight' || input.role === 'state') {
      session.variables.write(input.name, values as Float32Array)
    } else given[input.name] = values
  }
  const results = await session.run(given)
  const found: Record<string, number> = {}
  golden.outputs.forEach((kept, index) => {
    found[`output${index}`] = distanceFromGolden(results[`output${index}`]?.data, kept)
  })
  for (const kept of golden.gradients) {
    found[`d${kept.input}`] = distanceFromGolden(results[`d${kept.input}`]?.data, kept)
  }
  for (const kept of golden.state) {
    found[kept.input] = distanceFromGolden(session.variables.read(kept.input), kept)
  }
  session.dispose()
  session.variables.dispose()
  return found
}

for (const { name, tolerance, make } of testedDevices) {
  describe(`ops on the ${name} device give what PyTorch gives, forward and backward`, () => {
    let device: Device

    beforeAll(async () => {
      device = await make()
    })

    afterAll(() => device.dispose())

    for (const golden of goldens.cases) {
      it(golden.name, async () => {
        const found = await distances(golden, device)
        expect(Object.keys(found).length).toBeGreaterThan(0)
        const off = Object.entries(found).filter(([, distance]) => !(distance <= tolerance))
        expect(off).toEqual([])
      })
    }
  })
}
