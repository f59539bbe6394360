/** Something that is given seeded inputs, one a round, and must behave for each. */
export interface Fuzzer {
  readonly name: string
  /** Inputs of the nightly run, and of the tests. */
  readonly nightly: number
  readonly quick: number
  /** Gives the input of a round; the same for the same seed and round, whatever came before. */
  run(seed: number, round: number): Promise<RoundResult>
  /** Ends threads. */
  dispose?(): Promise<void>
}

/** How one round went. */
export interface RoundResult {
  /** What was wrong; undefined where nothing was. */
  readonly problem?: string | undefined
  /** What kind of round it was (refused, read, the kernel that ran), to be counted. */
  readonly kind: string
}

/** Which rounds to run, and how long at most. */
export interface FuzzOptions {
  readonly seed: number
  readonly from?: number
  readonly count: number
  readonly milliseconds: number
  /** Told before each round: a watchdog wants to know where a reader hangs. */
  readonly onRound?: (round: number) => void
}

/** What a fuzzer found. */
export interface FuzzReport {
  readonly rounds: number
  /** How many rounds there were of each kind. */
  readonly kinds: ReadonlyMap<string, number>
  readonly findings: readonly Finding[]
}

/** Something that went wrong, and how to see it again. */
export interface Finding {
  readonly seed: number
  readonly round: number
  readonly problem: string
}

/** So many findings say as much as more. */
const FINDINGS_MAX = 20

/** Runs rounds until the count, the time or the findings are full. */
export async function fuzz(fuzzer: Fuzzer, options: FuzzOptions): Promise<FuzzReport> {
  const { seed, from = 0, count, milliseconds, onRound } = options
  const end = performance.now() + milliseconds
  const kinds = new Map<string, number>()
  const findings: Finding[] = []
  let rounds = 0
  while (rounds < count && performance.now() < end && findings.length < FINDINGS_MAX) {
    const round = from + rounds
    onRound?.(round)
    const { problem, kind } = await fuzzer.run(seed, round)
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    if (problem !== undefined) findings.push({ seed, round, problem })
    rounds++
  }
  return { rounds, kinds, findings }
}

/** A finding with the command that repeats it. */
export function formatFinding({ name }: Fuzzer, { seed, round, problem }: Finding): string {
  const command = `npm run fuzz -- ${name} --seed ${seed} --from ${round} --count 1`
  return `${name}, seed ${seed}, round ${round}: ${problem}\n  repeat: ${command}`
}
