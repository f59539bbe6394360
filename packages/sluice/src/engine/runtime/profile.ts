import { SluiceError } from '../../foundation/errors.ts'
import { present } from '../../foundation/invariant.ts'
import { elementCount } from '../../foundation/shape.ts'
import type { Executable, TimedCall, VariableStore } from '../device/device.ts'
import { mutatedInputs } from '../graph/graph.ts'
import { isVariable, type Value } from '../graph/value.ts'
import type { Plan, PlanStep } from '../planning/plan.ts'

/** Options of `session.profile`. */
export interface ProfileOptions {
  /** Runs of which the medians are taken, after one that warms up. Default 9. */
  readonly runs?: number
  /**
   * Milliseconds from any origin. Default `performance.now`, which in a page counts in steps of 5 µs, or
   * of 100 µs where it is not cross-origin isolated.
   */
  readonly clock?: () => number
}

/** Where a program's time goes, measured. */
export interface Profile {
  readonly runs: number
  /** Every step of the plan, in its order. */
  readonly steps: readonly ProfiledStep[]
  /** Median of whole runs, steps not timed one by one: what a run really takes. */
  readonly runMs: number
  /** Sum of the steps' medians. It exceeds `runMs` by what it costs to time them one by one. */
  readonly stepsMs: number
  /** Sum of the medians of prepared work, which is in no run but the first. */
  readonly preparedMs: number
  readonly multiplyAdds: number
}

/** One step of the plan. */
export interface ProfiledStep {
  readonly index: number
  readonly op: string
  /** The layer that asked for it. */
  readonly path: string
  readonly kernel: string
  /** Why this kernel. */
  readonly why: string
  /** Median over the runs, prepared work left out. */
  readonly ms: number
  readonly fastestMs: number
  /** Part of all steps' time, 0 to 1. */
  readonly share: number
  /** What the op means as direct sums; a kernel that multiplies less counts the same. */
  readonly multiplyAdds: number
  /** 2 · multiplyAdds ÷ time in 10⁹ a second; 0 for ops that count none. */
  readonly gflops: number
  /** Bytes of all inputs and of temporaries, each read once. 0 for steps that do nothing. */
  readonly readBytes: number
  /** Bytes of outputs that somebody reads, of overwritten variables and of temporaries. */
  readonly writtenBytes: number
  /** The kernels' calls that the step is made of; none where memory is merely renamed. */
  readonly calls: readonly ProfiledCall[]
}

/** One call of one kernel, of which a step has one or more. */
export interface ProfiledCall {
  readonly kernel: string
  /** Done once until weights change, and so in no run's time. */
  readonly prepared: boolean
  /** Median over the runs. */
  readonly ms: number
}

/** What is profiled. */
export interface ProfiledProgram {
  readonly plan: Plan
  readonly executable: Executable
  readonly variables: VariableStore
  readonly options: ProfileOptions
  /** Called before every run: a run may reuse the memory of its inputs. */
  writeInputs(): void
}

/**
 * Whole runs and runs step by step in turns, so that a machine that slows down slows both.
 * @throws SluiceError `unsupported` when the device cannot tell times, `usage` for a wrong number of runs
 */
export async function profileProgram(program: ProfiledProgram): Promise<Profile> {
  const { plan, executable, variables } = program
  const { runs = 9, clock = () => performance.now() } = program.options
  if (!(Number.isInteger(runs) && runs >= 1)) {
    throw new SluiceError('usage', 'a wrong number of runs', {
      where: 'profile',
      expected: 'a whole number from 1',
      received: String(runs),
    })
  }
  if (executable.profile === undefined) {
    throw new SluiceError('unsupported', 'this device cannot tell how long its steps take')
  }
  const overwritten = overwrittenVariables(plan).map(
    (name) => [name, variables.read(name)] as const,
  )
  const whole: number[] = []
  const timed: (readonly TimedCall[])[] = []
  try {
    for (let run = 0; run <= runs; run++) {
      program.writeInputs()
      const start = clock()
      executable.run()
      const ms = clock() - start
      program.writeInputs()
      const calls = await executable.profile(clock)
      // The first run warms up.
      if (run === 0) continue
      whole.push(ms)
      timed.push(calls)
    }
  } finally {
    for (const [name, data] of overwritten) variables.write(name, data)
  }
  return summarise(plan, whole, timed)
}

function summarise(
  plan: Plan,
  whole: readonly number[],
  timed: readonly (readonly TimedCall[])[],
): Profile {
  // Every run makes the same calls in the same order.
  const first = present(timed[0], 'a profiled run')
  const calls = first.map(({ step, kernel, prepared }, i) => {
    const ms = median(timed.map((run) => present(run[i], 'call').ms))
    return { step, kernel, prepared, ms }
  })
  const steps = plan.steps.map((step, index) => {
    const own = calls.filter((call) => call.step === index)
    const perRun = timed.map((run) =>
      run.reduce((sum, call) => sum + (call.step === index && !call.prepared ? call.ms : 0), 0),
    )
    return stepOf(plan, step, { index, calls: own, perRun })
  })
  const stepsMs = steps.reduce((sum, { ms }) => sum + ms, 0)
  return {
    runs: timed.length,
    steps: steps.map((step) => ({ ...step, share: stepsMs > 0 ? step.ms / stepsMs : 0 })),
    runMs: median(whole),
    stepsMs,
    preparedMs: calls.reduce((sum, { prepared, ms }) => sum + (prepared ? ms : 0), 0),
    multiplyAdds: steps.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
  }
}

function stepOf(
  plan: Plan,
  step: PlanStep,
  measured: {
    readonly index: number
    readonly calls: readonly TimedCall[]
    readonly perRun: readonly number[]
  },
): ProfiledStep {
  const { node, lowering } = step
  const { index, calls, perRun } = measured
  const ms = median(perRun)
  const multiplyAdds = node.op.multiplyAdds?.(node) ?? 0
  return {
    ...{ index, op: node.op.name, path: node.path, kernel: lowering.kernel, why: lowering.why },
    ...{ ms, fastestMs: Math.min(...perRun), share: 0, multiplyAdds },
    gflops: ms > 0 ? (2 * multiplyAdds) / ms / 1e6 : 0,
    ...(calls.some(({ prepared }) => !prepared)
      ? bytesOf(plan, step)
      : { readBytes: 0, writtenBytes: 0 }),
    calls: calls.map(({ kernel, prepared, ms: callMs }) => ({ kernel, prepared, ms: callMs })),
  }
}

/** What must at least pass through memory: every value once, however often a kernel reads it. */
function bytesOf(plan: Plan, { node, lowering }: PlanStep) {
  const inputs = [...new Set(node.inputs)]
  const outputs = node.outputs.filter((output) => isVariable(output) || plan.slots.has(output.id))
  const mutated = mutatedInputs(node).map((index) => present(node.inputs[index], 'mutated input'))
  const temporaries = lowering.temporaries.reduce((sum, { bytes }) => sum + bytes, 0)
  const written = lowering.temporaries.reduce((sum, t) => sum + (t.prepared ? 0 : t.bytes), 0)
  return {
    readBytes: bytesOfValues(inputs) + temporaries,
    writtenBytes: bytesOfValues([...outputs, ...mutated]) + written,
  }
}

/** All types are of four bytes. */
function bytesOfValues(values: readonly Value[]): number {
  return values.reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0)
}

function overwrittenVariables(plan: Plan): string[] {
  const names = plan.graph.nodes.flatMap((node) =>
    mutatedInputs(node).map((index) => present(node.inputs[index], 'mutated input').name),
  )
  return [...new Set(names)]
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}
