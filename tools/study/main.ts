/** `npm run study`: see `--help`. */
import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { exitCodes } from '../../apps/cli/src/exitCodes.ts'
import { openDevice } from '../../apps/cli/src/models/openDevice.ts'
import { reportError } from '../../apps/cli/src/reportError.ts'
import { duration } from '../../apps/cli/src/terminal/quantities.ts'
import { Terminal } from '../../apps/cli/src/terminal/terminal.ts'
import { Interrupt } from '../../apps/cli/src/training/interrupt.ts'
import { allTasks } from './allTasks.ts'
import { HELP, type Options, readOptions } from './options.ts'
import { networkList } from './report/networkList.ts'
import { reportAgain, reportRuns } from './report/writeReport.ts'
import { runStudy } from './runs/runStudy.ts'

/** The budget is spent; the next call goes on. */
const SPENT = 4

try {
  const options = readOptions(
    process.argv.slice(2),
    allTasks.map(({ name }) => name),
  )
  process.exitCode = await main(options)
} catch (error) {
  process.exitCode = await reportError(error)
}

async function main(options: Options): Promise<number> {
  const terminal = new Terminal({ json: options.json, quiet: options.quiet })
  if (options.help) terminal.result(HELP)
  const tasks = allTasks.filter(({ name }) => options.only.includes(name))
  if (options.list) terminal.result(networkList(tasks))
  if (options.help || options.list) return exitCodes.done
  if (options.report) {
    reportAgain(options.out, terminal)
    return exitCodes.done
  }
  return await study(options, terminal)
}

async function study(options: Options, terminal: Terminal): Promise<number> {
  const { folder, seeds, threads, relaxedSimd, budgetSeconds } = options
  mkdirSync(folder, { recursive: true })
  const stop = new AbortController()
  using interrupt = new Interrupt(() => {
    terminal.note('stopping after this step; once more to stop at once')
    stop.abort()
  })
  const timer = setTimeout(() => stop.abort(), budgetSeconds * 1000)
  timer.unref()
  const device = await openDevice({ relaxedSimd, ...(threads === undefined ? {} : { threads }) })
  try {
    const place = { folder, device, terminal, signal: stop.signal }
    const tasks = allTasks.filter(({ name }) => options.only.includes(name))
    const { missing, tasks: records } = await runStudy(tasks, seeds, place)
    const all = records.length === allTasks.length
    if (terminal.json) terminal.jsonLine({ type: 'study', missing })
    if (missing.length > 0) {
      const why = interrupt.requested
        ? 'stopped'
        : `the budget of ${duration(budgetSeconds)} is spent`
      terminal.note(
        `${why}; ${missing.length} runs are missing: ${missing.join(', ')}\n` +
          'The same command goes on with them.',
      )
      return interrupt.requested ? exitCodes.interrupted : SPENT
    }
    const usedThreads = threads ?? availableParallelism()
    const finished = { records, folder, device, terminal, threads: usedThreads }
    if (all) await reportRuns(finished, options.out)
    else terminal.note('the document is written by a call for all tasks')
    return exitCodes.done
  } finally {
    clearTimeout(timer)
    await device.dispose()
  }
}
