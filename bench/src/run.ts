import { CASES } from './cases.ts'
import { measureArenas } from './footprint/arena.ts'
import { measureMemory } from './footprint/memory.ts'
import { measurePages } from './footprint/page.ts'
import { measurePhoto } from './footprint/photo.ts'
import { measureStart } from './footprint/start.ts'
import { measureCase, type Settings } from './measure/measureCase.ts'
import { findRuntimes, type Runtime } from './measure/runtime.ts'
import { seatsOf } from './measure/seats.ts'
import { type FootprintName, type Options, UsageError } from './options.ts'
import { findPython } from './peers/findPython.ts'
import { peerEntry } from './peers/registry.ts'
import { figuresOf } from './report/figures.ts'
import type { Footprint } from './report/footprintRecord.ts'
import { describeMachine } from './report/machine.ts'
import type { BenchRecord, CaseRecord } from './report/record.ts'

/** A turn past this ends a peer's part in a case; `--quick` has less patience. */
const LIMIT_MS = 60_000
const QUICK_LIMIT_MS = 20_000

/** One run of the benchmark: with whom it measures, and what it has measured so far. */
export class BenchRun {
  private readonly options: Options
  private readonly settings: Settings
  private readonly runtimes: readonly Runtime[]
  private readonly date = new Date().toISOString()
  private readonly machine = describeMachine()
  private readonly cases = new Map<string, CaseRecord>()
  private footprint: Footprint = {}

  private constructor(options: Options, settings: Settings, runtimes: readonly Runtime[]) {
    this.options = options
    this.settings = settings
    this.runtimes = runtimes
  }

  /** Finds the Nodes and PyTorch. @throws UsageError when there is no Node to measure under */
  static async start(
    options: Options,
    signal: AbortSignal,
    say: (line: string) => void,
  ): Promise<BenchRun> {
    const { runtimes, missing } = findRuntimes(options.nodes)
    for (const line of missing) say(`left out: ${line}`)
    if (runtimes.length === 0) throw new UsageError('--node: none of these Nodes can be run')
    const wantsPython = options.peers.some((name) => name.startsWith('pytorch'))
    const python = wantsPython ? await findPython() : 'not asked for'
    const execPath = (node: string) =>
      runtimes.find((runtime) => runtime.node === node)?.execPath ?? process.execPath
    const run = new BenchRun(
      options,
      {
        rounds: options.rounds,
        limitMs: options.quick ? QUICK_LIMIT_MS : LIMIT_MS,
        surroundings: { context: { python }, execPath, signal },
        say,
      },
      runtimes,
    )
    const { loadBefore, cores } = run.machine
    if (loadBefore > cores / 4) {
      say(`the machine is busy (load ${loadBefore}): figures will be noisy`)
    }
    return run
  }

  /** Cases by name; a case that was measured before is replaced. */
  async measureCases(
    names: readonly string[],
    afterEach: () => Promise<void> = async () => undefined,
  ): Promise<void> {
    const peers = this.options.peers.map(peerEntry)
    for (const thing of CASES.filter(({ name }) => names.includes(name))) {
      if (this.settings.surroundings.signal.aborted) return
      const seats = seatsOf(thing, peers, this.nodes, this.options.threads)
      const measured = await measureCase(thing, seats, this.settings)
      if (measured !== undefined) this.cases.set(thing.name, measured)
      await afterEach()
    }
  }

  /** What is reported besides speed, as far as it was asked for. */
  async measureFootprints(): Promise<void> {
    const { footprints, threads } = this.options
    const { signal } = this.settings.surroundings
    const peers = this.options.peers.map(peerEntry)
    const measures: Record<FootprintName, () => Promise<Footprint>> = {
      memory: async () => ({
        memory: await measureMemory(peers, this.nodes, threads, this.settings),
      }),
      arena: async () => ({ arena: await measureArenas() }),
      start: async () => ({
        start: await measureStart(this.runtimes, Math.max(...threads), this.settings),
      }),
      photo: async () => ({
        photo: await measurePhoto(this.runtimes, Math.max(...threads), this.settings),
      }),
      page: async () => ({ page: await measurePages() }),
    }
    for (const name of footprints) {
      if (signal.aborted) return
      this.settings.say(`${name} ...`)
      this.footprint = { ...this.footprint, ...(await measures[name]()) }
    }
  }

  /** Everything measured so far. */
  record(): BenchRecord {
    const record = {
      format: 2 as const,
      date: this.date,
      quick: this.options.quick,
      interrupted: this.settings.surroundings.signal.aborted,
      machine: this.machine,
      nodes: this.runtimes.map(({ node, v8, relaxedSimd }) => ({ node, v8, relaxedSimd })),
      cases: CASES.flatMap(({ name }) => this.cases.get(name) ?? []),
      footprint: this.footprint,
    }
    return { ...record, figures: figuresOf(record) }
  }

  private get nodes(): string[] {
    return this.runtimes.map(({ node }) => node)
  }
}
