/** Who runs how often. */
export interface Participant {
  readonly runs: number
}

/**
 * Who runs in which round, in which order. All take turns within a round, so that a machine that
 * slows down slows everybody; the order turns round from one round to the next, so that nobody
 * always follows the same neighbour. Those with fewer runs are spread over all rounds.
 */
export function planRounds<P extends Participant>(participants: readonly P[]): P[][] {
  const rounds = Math.max(0, ...participants.map(({ runs }) => runs))
  const plan: P[][] = Array.from({ length: rounds }, () => [])
  for (const participant of participants) {
    const { runs } = participant
    for (let run = 0; run < runs; run++) {
      const round = runs === 1 ? 0 : Math.round((run * (rounds - 1)) / (runs - 1))
      plan[round]?.push(participant)
    }
  }
  return plan.map((turns, round) => (round % 2 === 0 ? turns : turns.reverse()))
}

/**
 * How often a peer runs, from one run of it and of ours: all rounds, or three where it is more than
 * twenty times slower, which no spread will turn round.
 */
export function runsFor(ms: number, oursMs: number, rounds: number): number {
  return ms > 20 * oursMs ? Math.min(3, rounds) : rounds
}
