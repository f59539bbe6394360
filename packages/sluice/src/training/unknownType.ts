import { SluiceError } from '../foundation/errors.ts'

/** The error for plain data of a type that is not known, which only untyped callers can cause. */
export function unknownType(what: string, given: unknown, known: readonly string[]): SluiceError {
  const { type }: { readonly type?: unknown } = Object(given)
  return new SluiceError('usage', `there is no ${what} of this type`, {
    expected: known.join(', '),
    received: JSON.stringify(type) ?? 'none',
  })
}
