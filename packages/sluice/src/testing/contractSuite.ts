import type { Device } from '../engine/device/device.ts'
import { allCases } from '../engine/ops/allCases.ts'
import type { OpCases } from '../engine/ops/opCase.ts'
import { type CaseVariant, caseGraph, variantsOf } from './caseGraph.ts'
import { runCase, sameBits } from './runCase.ts'
import { relativeL2, toleranceOf } from './tolerance.ts'

/** How a device did in one case. `problem` is undefined when it passed. */
export interface ContractReport {
  readonly op: string
  readonly name: string
  readonly variant: CaseVariant
  /** Largest relative L2 error of any output or overwritten variable. */
  readonly error: number
  readonly tolerance: number
  readonly problem: string | undefined
}

/** What the exam is sat against, and which part of it. */
export interface ContractOptions {
  /** The device that is right. */
  readonly reference: Device
  /** Only these tables; all ops if not given. */
  readonly tables?: readonly OpCases[]
}

/**
 * The exam that every device sits: each case of each op against the reference, in each variant, with
 * tolerances that follow from the length of the sums. Integer outputs must be equal, and a second run
 * in used memory must give the same bits. Errors thrown by the device are reported, not thrown.
 */
export async function runContract(
  device: Device,
  { reference, tables = allCases }: ContractOptions,
): Promise<ContractReport[]> {
  const reports: ContractReport[] = []
  for (const table of tables) {
    for (const entry of table.cases) {
      const tolerance = toleranceOf(table, entry)
      const expected = await runCase(table, entry, reference, 'all')
      const integers = integerOutputs(table, entry)
      for (const variant of variantsOf(table, entry)) {
        const about = { op: table.op.name, name: entry.name, variant, tolerance }
        try {
          const actual = await runCase(table, entry, device, variant)
          let error = 0
          let problem = actual.repeatable ? undefined : 'a second run gives other bits'
          for (const [name, values] of actual.values) {
            const distance = relativeL2(values, expected.values.get(name) ?? [])
            error = Math.max(error, distance)
            if (distance > (integers.has(name) ? 0 : tolerance)) problem ??= `${name} is off`
          }
          reports.push({ ...about, error, problem })
        } catch (failure) {
          const error = Number.POSITIVE_INFINITY
          const problem = failure instanceof Error ? failure.message : String(failure)
          reports.push({ ...about, error, problem })
        }
      }
    }
  }
  return reports
}

/** Names of the outputs of a case that hold integers. */
function integerOutputs(table: OpCases, entry: OpCases['cases'][number]): Set<string> {
  const names = new Set<string>()
  for (const [name, value] of caseGraph(table, entry, 'all').outputs) {
    if (value.type === 'int32') names.add(name)
  }
  return names
}

/**
 * Runs every case on several devices and says where their bits differ: for one backend with different
 * numbers of threads, whose results must not depend on it.
 */
export async function compareBits(
  devices: readonly Device[],
  tables: readonly OpCases[] = allCases,
): Promise<string[]> {
  const differences: string[] = []
  const [first, ...others] = devices
  if (first === undefined) return differences
  for (const table of tables) {
    for (const entry of table.cases) {
      for (const variant of variantsOf(table, entry)) {
        const { values } = await runCase(table, entry, first, variant)
        for (const device of others) {
          const result = await runCase(table, entry, device, variant)
          if (!sameBits(values, result.values)) {
            differences.push(`${table.op.name}: ${entry.name} (${variant}) on ${device.name}`)
          }
        }
      }
    }
  }
  return differences
}

/** Failed cases as lines to print. */
export function formatProblems(reports: readonly ContractReport[]): string[] {
  return reports
    .filter(({ problem }) => problem !== undefined)
    .map(
      ({ op, name, variant, error, tolerance, problem }) =>
        `${op}: ${name} (${variant}): ${problem}; error ${error.toExponential(2)}, tolerance ${tolerance.toExponential(2)}`,
    )
}
