import { describe, expect, it } from 'vitest'
import * as allOps from '../../packages/sluice/src/engine/ops/allOps.ts'
import {
  allCases,
  checkGradient,
  compareBits,
  formatProblems,
  reference,
  runCase,
  runContract,
  variantsOf,
} from '../../packages/sluice/src/entrypoints/testing.ts'

/** Largest relative error of a gradient against central differences in float64. */
const gradientTolerance = 1e-6

/** Plain float64 loops over every case: seconds on an idle machine, but machines are not always idle. */
const GRADIENTS_MS_MAX = 240_000

describe('every op', () => {
  it('has a table of cases, and every table has an op', () => {
    const names = Object.values(allOps).map(({ name }) => name)
    expect(allCases.map(({ op }) => op.name).sort()).toEqual([...names].sort())
  })

  it('has cases with names of their own', () => {
    for (const { op, cases } of allCases) {
      expect(new Set(cases.map(({ name }) => name)).size, op.name).toBe(cases.length)
    }
  })

  for (const table of allCases) {
    it(`gives finite reference values where its inputs are finite: ${table.op.name}`, async () => {
      for (const entry of table.cases) {
        if (entry.inputs.some(({ values }) => values.from === 'withNaN')) continue
        const { values, repeatable } = await runCase(table, entry, reference(), 'all')
        expect(repeatable, entry.name).toBe(true)
        for (const [name, data] of values) {
          expect(data.every(Number.isFinite), `${entry.name}: ${name}`).toBe(true)
        }
      }
    })
  }
})

describe('gradients agree with finite differences', () => {
  for (const table of allCases) {
    if (table.op.gradient === undefined) continue
    it(table.op.name, { timeout: GRADIENTS_MS_MAX }, () => {
      const reports = table.cases
        .filter(({ noGradientCheck }) => noGradientCheck === undefined)
        .flatMap((entry) => checkGradient(table, entry, reference()))
      expect(reports.length).toBeGreaterThan(0)
      expect(reports.filter(({ error }) => !(error <= gradientTolerance))).toEqual([])
    })
  }

  it('and a wrong gradient is noticed', () => {
    const table = allCases.find(({ op }) => op.name === 'multiply')
    const entry = table?.cases[0]
    if (table === undefined || entry === undefined) throw new Error('multiply has no cases')
    const wrong = { ...table, op: { ...table.op, gradient: () => [] } }
    expect(
      checkGradient(wrong, entry, reference()).every(({ error }) => error > gradientTolerance),
    ).toBe(true)
    const swapped = {
      ...table,
      op: {
        ...table.op,
        gradient: (context: Parameters<NonNullable<typeof table.op.gradient>>[0]) =>
          [...(table.op.gradient?.(context) ?? [])].reverse(),
      },
    }
    expect(
      checkGradient(swapped, entry, reference()).every(({ error }) => error > gradientTolerance),
    ).toBe(true)
  })
})

describe('the contract suite', () => {
  const tables = allCases.filter(({ op }) => op.name === 'linear' || op.name === 'sgdUpdate')

  it('passes the reference itself, in every variant', async () => {
    const reports = await runContract(reference(), { reference: reference(), tables })
    expect(formatProblems(reports)).toEqual([])
    expect(reports.every(({ error }) => error === 0)).toBe(true)
    expect(new Set(reports.map(({ variant }) => variant))).toEqual(new Set(['all', 'training']))
  })

  it('fails a device that is off by two parts in a hundred thousand', async () => {
    const device = reference()
    const off: typeof device = {
      ...device,
      load(plan, variables) {
        const executable = device.load(plan, variables)
        const read = executable.read.bind(executable)
        executable.read = (value) => read(value).map((x) => x * (1 + 2e-5))
        return executable
      },
    }
    const linear = tables.filter(({ op }) => op.name === 'linear')
    const reports = await runContract(off, { reference: reference(), tables: linear })
    expect(formatProblems(reports).length).toBeGreaterThan(reports.length / 2)
    expect((await compareBits([reference(), off], linear)).length).toBeGreaterThan(0)
  })

  it('runs ops with several outputs also for the first output only', () => {
    const table = allCases.find(({ op }) => op.name === 'gatedConv')
    const entry = table?.cases[0]
    if (table === undefined || entry === undefined) throw new Error('gatedConv has no cases')
    expect(variantsOf(table, entry)).toEqual(['all', 'first', 'training'])
  })
})
