import { exitCodes } from './exitCodes.ts'
import { printable } from './terminal/textWidth.ts'

/**
 * Says what went wrong and returns the exit code. Our own errors carry what was expected and how to
 * mend it and need no stack; anything else is our bug, and says how to report it.
 */
export async function reportError(
  error: unknown,
  write: (text: string) => unknown = (text) => process.stderr.write(text),
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<number> {
  // Loaded here because most runs never need it, and `sluice --help` should not wait for it.
  const { SluiceError } = await import('sluice')
  const debug = (environment.SLUICE_DEBUG ?? '') !== ''
  if (debug) write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  if (error instanceof SluiceError) {
    if (!debug) write(`error: ${withoutControls(error.message)}\n`)
    return error.code === 'usage' ? exitCodes.usage : exitCodes.failed
  }
  if (!debug) write(`error: ${withoutControls(messageOf(error))}\n`)
  if (!isSystemError(error)) {
    write(
      '  This is probably a bug in sluice. Run again with SLUICE_DEBUG=1 and report the output,\n' +
        '  with the command and `sluice --version`.\n',
    )
  }
  return exitCodes.failed
}

/** Errors of the operating system (no such file, disk full) explain themselves. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function withoutControls(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
