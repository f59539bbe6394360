import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Settings } from '../measure/measureCase.ts'
import type { Runtime } from '../measure/runtime.ts'
import { spread } from '../measure/statistics.ts'
import type { Footprint } from '../report/footprintRecord.ts'

const LIMIT_MS = 60_000

/** Milliseconds from import to first result, each round in a fresh process under every Node. */
export async function measureStart(
  runtimes: readonly Runtime[],
  threads: number,
  { rounds, say, surroundings: { signal } }: Settings,
): Promise<NonNullable<Footprint['start']>> {
  const host = fileURLToPath(new URL('./startHost.js', import.meta.url))
  const times = new Map<string, number[]>(runtimes.map(({ node }) => [node, []]))
  for (let round = 0; round < rounds && !signal.aborted; round++) {
    say(`start: round ${round + 1} of ${rounds}`)
    for (const { node, execPath } of runtimes) {
      const options = { timeout: LIMIT_MS }
      const { stdout } = await promisify(execFile)(execPath, [host, `${threads}`], options)
      times.get(node)?.push(Number(stdout))
    }
  }
  return [...times]
    .filter(([, ms]) => ms.length > 0)
    .map(([node, ms]) => ({ node, threads, ms: spread(ms) }))
}
