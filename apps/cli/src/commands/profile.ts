import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { chromeTrace, SluiceError } from 'sluice'
import { exitCodes } from '../exitCodes.ts'
import { checkWritable, writeAtomically } from '../files/atomicFile.ts'
import { refuseOverwriting } from '../files/paths.ts'
import { inputShape } from '../models/inputShape.ts'
import { openDevice } from '../models/openDevice.ts'
import { openModel } from '../models/openModel.ts'
import { inferenceProgram, trainingProgram } from '../models/profiledProgram.ts'
import { profileText } from '../report/profileText.ts'
import { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/textWidth.ts'

export interface ProfileCommandOptions {
  readonly batch?: number
  readonly input?: readonly number[]
  readonly training?: boolean
  readonly runs?: number
  readonly exact?: boolean
  readonly threads?: number
  readonly relaxedSimd?: boolean
  readonly trace?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/** Threads that a device can have at most. */
const threadsMax = 64

/** `sluice profile`: where the time of a network goes, step by step. */
export async function profile(path: string, options: ProfileCommandOptions): Promise<number> {
  const { json = false, quiet = false, training = false, runs } = options
  const terminal = new Terminal({ json, quiet })
  if (options.batch !== undefined && options.input !== undefined) {
    throw new SluiceError('usage', '--input says the batch already', {
      fix: 'leave one of --batch and --input out',
    })
  }
  const trace = options.trace === undefined ? undefined : resolve(options.trace)
  if (trace !== undefined) {
    refuseOverwriting(trace, [path])
    checkWritable(trace)
  }
  const file = openModel(path)
  const { batch = 1, threads = Math.min(threadsMax, availableParallelism()) } = options
  const input = inputShape(options.input, file, { where: path, batch })
  const device = await openDevice({ ...options, threads })
  try {
    const program = (training ? trainingProgram : inferenceProgram)(file, device, input)
    const { session, inputs, what } = program
    const measured = await session.profile(inputs, runs === undefined ? {} : { runs })
    session.dispose()
    const { signature } = device
    if (json) {
      const setting = { file: path, training, input, threads, device: signature }
      terminal.jsonLine({ ...setting, ...measured, ...(trace && { trace: options.trace }) })
    } else {
      const { tableColumns: columns, paint } = terminal
      const threadsText = `${threads} thread${threads === 1 ? '' : 's'}`
      terminal.result(`${paint('bold', printable(path))}: ${what}\n`)
      terminal.result(`input [${input.join(', ')}], ${threadsText}, ${signature}\n\n`)
      terminal.result(profileText(measured, { columns, paint }))
    }
    if (trace !== undefined) {
      writeAtomically(trace, `${JSON.stringify(chromeTrace(measured, `${path}: ${what}`))}\n`)
      terminal.note(`\ntrace written to ${options.trace}: open it in ui.perfetto.dev`)
    }
    return exitCodes.done
  } finally {
    await device.dispose()
  }
}
