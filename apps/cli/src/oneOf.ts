import { SluiceError } from 'sluice'

/** The word that was given, if it is one of those allowed. @throws SluiceError `usage` */
export function oneOf<T extends string>(
  option: string,
  text: string,
  allowed: readonly T[],
  orElse = '',
): T {
  const found = allowed.find((value) => value === text)
  if (found !== undefined) return found
  throw new SluiceError('usage', `${option} does not know "${text}"`, {
    expected: `${allowed.join(', ')}${orElse}`,
  })
}
