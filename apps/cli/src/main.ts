import { exitCodes } from './exitCodes.ts'
import { runProgram } from './program.ts'

// A reader such as `head` may leave before everything is said: that is its right, not our failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed)
})

process.exitCode = await runProgram(process.argv.slice(2))
