import type { Device } from '../engine/device/device.ts'
import type { OpCase, OpCases } from '../engine/ops/opCase.ts'
import { verifyPlan } from '../engine/planning/verifyPlan.ts'
import { compileGraph } from '../engine/runtime/compile.ts'
import type { SessionInput } from '../engine/runtime/session.ts'
import { type CaseVariant, caseGraph } from './caseGraph.ts'
import { type CaseData, drawCase } from './caseValues.ts'

/** What a case leaves behind on a device: outputs and overwritten variables, by name. */
export interface CaseResult {
  readonly values: ReadonlyMap<string, Float32Array>
  /** Whether a second run in the same memory, after other weights, gave the same bits. */
  readonly repeatable: boolean
}

/**
 * Runs a case on a device: once with all variables zero, which leaves its marks in the arena
 * and in whatever is prepared from weights, then, after writing the case's own, twice for real. The
 * device's plan is verified on the way.
 */
export async function runCase(
  table: OpCases,
  entry: OpCase,
  device: Device,
  variant: CaseVariant,
): Promise<CaseResult> {
  const data = drawCase(table.op.name, entry)
  const graph = caseGraph(table, entry, variant)
  const session = compileGraph(graph, { device })
  verifyPlan(session.plan)
  const inputs = sessionInputs(entry, data, variant)
  const variables = entry.inputs.filter(({ role }) => role === 'weight' || role === 'state')
  const once = async () => {
    for (const { name } of variables) session.variables.write(name, data.get(name) as Float32Array)
    const values = new Map<string, Float32Array>()
    for (const [name, output] of Object.entries(await session.run(inputs))) {
      values.set(name, output.data)
    }
    for (const { name, role } of variables) {
      if (role === 'state') values.set(name, session.variables.read(name))
    }
    return values
  }
  try {
    await session.run(inputs)
    const values = await once()
    return { values, repeatable: sameBits(values, await once()) }
  } finally {
    session.dispose()
    session.variables.dispose()
  }
}

function sessionInputs(
  entry: OpCase,
  data: CaseData,
  variant: CaseVariant,
): Record<string, SessionInput> {
  const inputs: Record<string, SessionInput> = {}
  for (const { name, role, type } of entry.inputs) {
    if (role === 'weight' || role === 'state') continue
    const values = data.get(name) as Float32Array
    inputs[name] = type === 'int32' ? Int32Array.from(values) : values
  }
  if (variant === 'training') {
    inputs.bystanderGradient = new Float32Array(4)
    inputs.bystanderRate = 0
  }
  return inputs
}

/** Whether two results hold the same names and the same bits, NaN payloads apart. */
export function sameBits(
  a: ReadonlyMap<string, Float32Array>,
  b: ReadonlyMap<string, Float32Array>,
): boolean {
  if (a.size !== b.size) return false
  for (const [name, values] of a) {
    const others = b.get(name)
    if (others === undefined || others.length !== values.length) return false
    if (!values.every((value, index) => Object.is(value, others[index]))) return false
  }
  return true
}
