import { resolve } from 'node:path'
import { checkWritable } from './atomicFile.ts'
import { refuseOverwriting } from './paths.ts'
import { requireEnding } from './requireEnding.ts'

/**
 * Refuses a page that could not be written later, that would replace an input, or that no browser would show
 * as one.
 * @throws SluiceError `usage` for another ending than .html
 */
export function checkPage(path: string, inputs: readonly string[]): void {
  refuseOverwriting(path, inputs)
  requireEnding(path, ['.html'], 'the output is no page')
  checkWritable(resolve(path))
}
