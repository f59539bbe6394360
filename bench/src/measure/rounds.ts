/** Who runs how often. */
export interface Participant {
  readonly name: string
  readonly runs: number
}

/**
 * Who runs in which round, in which order. All take turns within a round, so that a machine that
 * slows down slows everybody; the order turns round from one round to the next, so that nobody
 * always follows the same neighbour. Those with fewer runs are spread over all rounds.
 */
export function planRounds(participants: readonly Participant[]): string[][] {
  const rounds = Math.max(0, ...participants.map(({ runs }) => runs))
  const plan: string[][] = Array.from({ length: rounds }, () => [])
  for (const { name, runs } of participants) {
    for (let run = 0; run < runs; run++) {
      const round = runs === 1 ? 0 : Math.round((run * (rounds - 1)) / (runs - 1))
      plan[round]?.push(name)
    }
  }
  return plan.map((names, round) => (round % 2 === 0 ? names : names.reverse()))
}

/** Beyond this, a run is long enough for a handful to be as good as fifteen short ones. */
const LONG_RUN_MS = 2000

/**
 * How often a peer runs, from one run of it and of the subject: all rounds, five where a run is long,
 * three where the peer is more than twenty times slower, which no spread will turn round.
 */
export function runsFor(ms: number, subjectMs: number, rounds: number): number {
  if (ms > 20 * subjectMs) return Math.min(3, rounds)
  return ms > LONG_RUN_MS ? Math.min(5, rounds) : rounds
}

/**
 * The batch a peer is timed at: all of it unless one run would pass the limit, then two clips or
 * one; results are compared per clip.
 */
export function batchWithin(limitMs: number, oneClipMs: number, full: number): number {
  return [full, 2, 1].find((batch) => batch <= full && batch * oneClipMs <= limitMs) ?? 1
}
