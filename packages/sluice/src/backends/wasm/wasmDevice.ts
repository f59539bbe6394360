import type {
  Device,
  Executable,
  Lowering,
  LoweringContext,
  PairContext,
  VariableStore,
} from '../../engine/device/device.ts'
import type { Graph, Node } from '../../engine/graph/graph.ts'
import type { Plan } from '../../engine/planning/plan.ts'
import { choiceOption } from '../../foundation/choiceOption.ts'
import { SluiceError } from '../../foundation/errors.ts'
import { invariant } from '../../foundation/invariant.ts'
import { readBinaryText } from './binaryText.ts'
import { hasRelaxedSimd, hasSharedMemory, hasSimd } from './features.ts'
import { fusesNodes, selectFusedKernel } from './fusedKernels.ts'
import { binaries } from './generated/binaries.ts'
import { LinearMemory } from './linearMemory.ts'
import { selectKernel } from './selectKernel.ts'
import type { KernelStep } from './step.ts'
import { type ProgramHost, WasmExecutable } from './wasmExecutable.ts'
import { WasmVariables } from './wasmVariables.ts'
import {
  joinedWorkers,
  mayWait,
  sayTrapped,
  startWorkers,
  threadCount,
  type Workers,
} from './workers.ts'

/** Options of `wasm`. */
export interface WasmOptions {
  /** Threads in all, this one included; the result does not depend on it. Default: all cores. */
  readonly threads?: number
  /**
   * `machine` (default) takes fused multiply-add where the engine has it: the same bits on one
   * machine. `portable` never does: the same bits everywhere, about a third slower.
   */
  readonly deterministic?: 'machine' | 'portable'
  /**
   * `fast` (default) multiplies less where that costs a little precision: Winograd's algorithms, whose
   * errors are a few times those of direct sums. `exact` sums directly always.
   */
  readonly precision?: 'fast' | 'exact'
  /**
   * Bytes that all programs on the device may take together, weights, intermediates and scratch. What
   * does not fit is refused when it is compiled, before it runs. Default and most: 4 GiB.
   */
  readonly memoryLimit?: number
}

/** Where the control block says whether the calling thread may sleep; see `kernels/main.ts`. */
const MAY_WAIT = 212

interface KernelExports {
  run(control: number, table: number, steps: number, scratch: number, scratchBytes: number): void
  stop(control: number): void
}

/**
 * A WebAssembly device: 128-bit SIMD and, where memory can be shared, worker threads, which do not keep
 * the process alive. All its sessions share one memory of at most 4 GB; `dispose()` ends the threads.
 *
 * @throws SluiceError `unsupported` where there is no SIMD or where a page's policy forbids WebAssembly or
 * workers, `usage` for options that there are not
 */
export async function wasm(options: WasmOptions = {}): Promise<Device> {
  // Before anything is started that would have to be ended.
  const wanted = threadCount(options.threads)
  const { precision = 'fast', deterministic = 'machine' } = options
  choiceOption('wasm', 'precision', precision, ['fast', 'exact'])
  choiceOption('wasm', 'deterministic', deterministic, ['machine', 'portable'])
  const memoryLimit = memoryLimitOf(options.memoryLimit)
  if (!hasSimd()) {
    throw new SluiceError('unsupported', 'this JavaScript engine has no WebAssembly SIMD', {
      fix: 'use Node 20.19 or newer, Chrome 91, Firefox 89 or Safari 16.4',
    })
  }
  const shared = hasSharedMemory()
  const threads = shared ? wanted : 1
  const relaxed = deterministic === 'machine' && hasRelaxedSimd()
  const kind = relaxed ? (shared ? 'relaxedShared' : 'relaxed') : shared ? 'plainShared' : 'plain'
  const { binary } = await binaries[kind].load()
  const module = await compileModule(readBinaryText(binary))
  const memory = new LinearMemory(shared, memoryLimit)
  const instance = await WebAssembly.instantiate(module, { env: { memory: memory.memory } })
  const control = memory.allocate(256)
  memory.integers(control + MAY_WAIT, 1)[0] = mayWait() ? 1 : 0
  const workers =
    threads > 1 ? await startWorkers(module, memory.memory, control, threads) : undefined
  const kernels = instance.exports as unknown as KernelExports
  const exact = precision === 'exact'
  return new WasmDevice({ memory, kernels, control, threads, relaxed, exact, workers })
}

async function compileModule(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes)
  } catch (cause) {
    // The binary was chosen by what the engine says that it can, so only a policy is left to refuse it.
    throw new SluiceError('unsupported', 'WebAssembly is refused here', {
      fix: `allow "script-src 'wasm-unsafe-eval'" in the page's content security policy`,
      cause,
    })
  }
}

const MEMORY_LIMIT_MIN = 1 << 20

function memoryLimitOf(bytes = 2 ** 32): number {
  if (Number.isFinite(bytes) && bytes >= MEMORY_LIMIT_MIN) return bytes
  throw new SluiceError('usage', 'not a usable limit on memory', {
    where: 'wasm',
    expected: `memoryLimit in bytes, at least ${MEMORY_LIMIT_MIN}`,
    received: String(bytes),
  })
}

interface Parts {
  readonly memory: LinearMemory
  readonly kernels: KernelExports
  readonly control: number
  readonly threads: number
  readonly relaxed: boolean
  readonly exact: boolean
  readonly workers: Workers | undefined
}

class WasmDevice implements Device, ProgramHost {
  readonly name = 'wasm'
  readonly signature: string
  readonly memory: LinearMemory
  readonly threads: number
  private readonly exact: boolean
  private readonly kernels: KernelExports
  private readonly control: number
  private readonly workers: Workers | undefined
  private scratch = 0
  private scratchBytes = 0
  /** Programs that are loaded now. */
  private programs = 0
  private disposed = false
  /** A kernel has trapped: its threads are gone. */
  private lost = false

  constructor({ memory, kernels, control, threads, relaxed, exact, workers }: Parts) {
    this.memory = memory
    this.kernels = kernels
    this.control = control
    this.threads = threads
    this.exact = exact
    this.workers = workers
    this.signature = signatureOf(relaxed, exact)
  }

  lower(node: Node, context: LoweringContext): Lowering {
    const here = { ...context, exact: this.exact }
    return node.fused === undefined
      ? selectKernel(node, here)
      : selectFusedKernel(...node.fused, here)
  }

  fuses(first: Node, second: Node, context: PairContext): boolean {
    return fusesNodes(first, second, { ...context, exact: this.exact })
  }

  createVariables(graph: Graph, existing?: VariableStore): VariableStore {
    const store = existing ?? new WasmVariables(this.memory)
    if (!(store instanceof WasmVariables && store.memory === this.memory)) {
      throw new SluiceError('usage', 'the variables to share are on another device', {
        fix: 'compile both programs for one device, or copy with readWeights and writeWeights',
      })
    }
    store.addMissing(graph)
    return store
  }

  load(plan: Plan, variables: VariableStore): Executable {
    invariant(variables instanceof WasmVariables, 'variables of another device')
    // Scratch that lies behind programs of the past would cut what they left in two.
    if (this.programs === 0) this.releaseScratch()
    this.memory.requireRoom(this.needsOf(plan))
    this.reserveScratch(scratchOf(plan))
    const program = this.memory.allOrNothing(() => new WasmExecutable(this, plan, variables))
    this.programs++
    return program
  }

  programEnded(): void {
    this.programs--
  }

  /** Runs one table on all threads. */
  walk(table: { readonly address: number; readonly steps: number }): void {
    // Without its workers a run would wait for them for ever.
    if (this.disposed) throw new SluiceError('usage', 'the device of this session is disposed')
    invariant(!this.lost, 'a kernel has trapped earlier; the device is lost')
    const { control, scratch, scratchBytes } = this
    this.requireWorkers()
    try {
      this.kernels.run(control, table.address, table.steps, scratch, scratchBytes)
    } catch (error) {
      if (this.threads > 1) sayTrapped(this.memory.memory, control)
      this.lost = true
      throw new Error('sluice: broken invariant: a kernel has trapped; the device is lost', {
        cause: error,
      })
    }
  }

  /** Threads that take part in runs by now: the workers join when they have started. */
  get joinedThreads(): number {
    return 1 + joinedWorkers(this.memory.memory, this.control)
  }

  private requireWorkers(): void {
    const cause = this.workers?.problem
    if (cause === undefined || this.lost) return
    throw new SluiceError('limit', 'a thread of the WASM device did not start', {
      expected: `${this.threads} threads`,
      received: String(cause),
      fix: 'ask for fewer threads',
      cause,
    })
  }

  /** What a program takes beside its variables, in bytes: known from its plan alone. */
  private needsOf(plan: Plan): Map<string, number> {
    const most = scratchOf(plan)
    return new Map([
      ['intermediates', plan.arenaBytes],
      ['packed weights', plan.preparedBytes],
      ['scratch', most > this.scratchBytes ? most * this.threads : 0],
    ])
  }

  /** Makes sure that every thread has at least so much scratch. All programs share it. */
  private reserveScratch(bytes: number): void {
    if (bytes <= this.scratchBytes) return
    // An odd number of lines keeps the threads' scratch off the same cache sets.
    const scratchBytes = Math.ceil(bytes / 128) * 128 + 64
    const scratch = this.memory.allocate(scratchBytes * this.threads)
    this.releaseScratch()
    this.scratch = scratch
    this.scratchBytes = scratchBytes
  }

  private releaseScratch(): void {
    if (this.scratch !== 0) this.memory.release(this.scratch)
    this.scratch = 0
    this.scratchBytes = 0
  }

  async dispose(): Promise<void> {
    if (this.disposed) return
    this.disposed = true
    if (this.workers === undefined) return
    this.kernels.stop(this.control)
    await this.workers.stop()
  }
}

/** The most scratch that one thread takes for a step. */
function scratchOf(plan: Plan): number {
  const steps = plan.steps.flatMap(({ lowering }) => lowering.payload as readonly KernelStep[])
  return steps.reduce((most, step) => Math.max(most, step.scratchBytes), 0)
}

/**
 * The arithmetic and the kernels' own bytes: a run is not to be resumed on other kernels. Whether
 * memory is shared changes neither.
 */
function signatureOf(relaxed: boolean, exact: boolean): string {
  const { hash } = binaries[relaxed ? 'relaxedShared' : 'plainShared']
  const arithmetic = `${relaxed ? 'relaxed-simd' : 'simd'}${exact ? '-exact' : ''}`
  return `wasm-${arithmetic}-${hash}`
}
