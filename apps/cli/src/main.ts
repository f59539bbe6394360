import { exitCodes } from './exitCodes.ts'
import { runProgram } from './program.ts'

// A reader such as `head` may leave before everything is said: that is its right, and no reason to stop
// work that leaves files behind. It goes on without a word, and its exit code tells how it ended.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(exitCodes.failed)
  })
}

process.exitCode = await runProgram(process.argv.slice(2))
