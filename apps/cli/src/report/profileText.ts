import type { Profile, ProfiledStep } from 'sluice'
import { bar } from '../terminal/bars.ts'
import type { Paint } from '../terminal/colours.ts'
import { bytes, plural, short } from '../terminal/quantities.ts'
import { table } from '../terminal/table.ts'
import { pad, printable } from '../terminal/textWidth.ts'

const barColumns = 5

/** A profile for people: steps in the order in which they run, sums, and why each kernel was chosen. */
export function profileText(
  profile: Profile,
  options: { readonly columns: number; readonly paint: Paint },
): string {
  const longest = Math.max(...profile.steps.map(({ share }) => share))
  const rows = profile.steps.map((step) => [
    String(step.index),
    printable(step.path),
    step.kernel,
    milliseconds(step.ms),
    `${(100 * step.share).toFixed(1)} %`,
    pad(bar(longest > 0 ? step.share / longest : 0, barColumns), barColumns),
    step.gflops === 0 ? '' : step.gflops.toFixed(1),
    traffic(step),
  ])
  const titles = [
    { title: 'step', numbers: true },
    { title: 'layer' },
    { title: 'kernel', names: true },
    { title: 'ms', numbers: true },
    { title: 'share', numbers: true },
    { title: '' },
    { title: 'GFLOP/s', numbers: true },
    { title: 'memory', numbers: true },
  ]
  return `${table(titles, rows, options)}\n${totals(profile)}\n${reasons(profile.steps, options.paint)}`
}

function totals({ steps, runs, runMs, stepsMs, preparedMs, multiplyAdds }: Profile): string {
  const gflops = runMs > 0 ? (2 * multiplyAdds) / runMs / 1e6 : 0
  const moved = steps.reduce((sum, step) => sum + step.readBytes + step.writtenBytes, 0)
  const lines = [
    `a whole run      ${milliseconds(runMs)} ms (median of ${plural(runs, 'run')}), ${gflops.toFixed(1)} GFLOP/s`,
    `${plural(steps.length, 'step').padEnd(16)} ${milliseconds(stepsMs)} ms, timed one by one`,
    `multiply-adds    ${short(multiplyAdds)}, as direct sums`,
    `memory           ${bytes(moved)} read and written, every value once a step`,
  ]
  if (preparedMs > 0) {
    lines.push(`prepared once    ${milliseconds(preparedMs)} ms, again only after weights change`)
  }
  return lines.map((line) => `${line}\n`).join('')
}

/** Every kernel that was chosen, once, and why: whole, however narrow the terminal. */
function reasons(steps: readonly ProfiledStep[], paint: Paint): string {
  const chosen = new Map(steps.map(({ kernel, why }) => [`${kernel}\n${why}`, [kernel, why]]))
  const columns = Number.POSITIVE_INFINITY
  return table([{ title: 'kernel' }, { title: 'why' }], [...chosen.values()], { columns, paint })
}

function traffic({ readBytes, writtenBytes }: ProfiledStep): string {
  return readBytes + writtenBytes === 0 ? '' : bytes(readBytes + writtenBytes)
}

function milliseconds(ms: number): string {
  return ms.toFixed(ms >= 100 ? 1 : 3)
}
