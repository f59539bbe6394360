import { SluiceError } from '../../foundation/errors.ts'

/**
 * The text of a file that a person wrote.
 * @throws SluiceError `format` unless it is UTF-8; says so when it is UTF-16, as spreadsheets may save
 */
export function decodeText(bytes: Uint8Array, where: string): string {
  const [first, second] = bytes
  const wide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  try {
    if (!wide) return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Said below.
  }
  throw new SluiceError('format', 'the list is not UTF-8 text', {
    where,
    received: wide ? 'UTF-16' : 'another encoding, or no text at all',
    fix: 'save it again as UTF-8 (in a spreadsheet: "CSV UTF-8")',
  })
}
