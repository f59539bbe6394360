import { extname } from 'node:path'
import { SluiceError } from 'sluice'

/**
 * Refuses a name with another ending than these, such as `.html`; capital letters are as good.
 * @throws SluiceError `usage`, whose message says what the file would not be
 */
export function requireEnding(path: string, endings: readonly string[], message: string): void {
  const ending = extname(path)
  if (endings.includes(ending.toLowerCase())) return
  throw new SluiceError('usage', message, {
    where: path,
    expected: `a name that ends in ${endings.join(' or ')}`,
    received: ending === '' ? 'no ending' : ending,
  })
}
