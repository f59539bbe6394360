import { SluiceError } from 'sluice'

/** What one bad file may cause; a missing ffmpeg is everybody's problem and not skipped. */
export function isReadingError(error: unknown): error is Error {
  if (error instanceof SluiceError) {
    if (error.code === 'missing') return error.facts.where !== undefined
    return ['data', 'limit', 'format', 'unsupported', 'refused'].includes(error.code)
  }
  return error instanceof Error && 'syscall' in error
}

/** The first line of a message, without the path that stands before it. */
export function reasonOf(error: Error): string {
  const [line = ''] = error.message.split('\n')
  if (!(error instanceof SluiceError) || error.facts.where === undefined) return line
  const received = error.facts.received === undefined ? '' : ` (${error.facts.received})`
  return line.slice(error.facts.where.length + 2) + received
}
