import { type ErrorCode, SluiceError } from 'sluice'

/** What a thread answers. */
export type ThreadAnswer = { readonly value: unknown } | { readonly failure: Failure }

/** An error as plain data: classes do not survive the way between threads. */
export interface Failure {
  readonly code: ErrorCode | undefined
  readonly message: string
  readonly where?: string
  readonly expected?: string
  readonly received?: string
  readonly fix?: string
  readonly syscall?: string
}

export function failureOf(error: unknown): Failure {
  if (error instanceof SluiceError) {
    const { where, expected, received, fix } = error.facts
    const [line = ''] = error.message.split('\n')
    return {
      code: error.code,
      message: where === undefined ? line : line.slice(where.length + 2),
      ...(where === undefined ? {} : { where }),
      ...(expected === undefined ? {} : { expected }),
      ...(received === undefined ? {} : { received }),
      ...(fix === undefined ? {} : { fix }),
    }
  }
  const syscall = error instanceof Error && 'syscall' in error ? String(error.syscall) : undefined
  return {
    code: undefined,
    message: error instanceof Error ? error.message : String(error),
    ...(syscall === undefined ? {} : { syscall }),
  }
}

export function readFailure({ code, message, syscall, ...facts }: Failure): Error {
  if (code !== undefined) return new SluiceError(code, message, facts)
  return Object.assign(new Error(message), syscall === undefined ? {} : { syscall })
}
