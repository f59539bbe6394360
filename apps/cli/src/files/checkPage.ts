import { extname, resolve } from 'node:path'
import { SluiceError } from 'sluice'
import { checkWritable } from './atomicFile.ts'
import { refuseOverwriting } from './paths.ts'

/**
 * Refuses a page that could not be written later, that would replace an input, or that no browser would show
 * as one.
 * @throws SluiceError `usage` for another ending than .html
 */
export function checkPage(path: string, inputs: readonly string[]): void {
  refuseOverwriting(path, inputs)
  if (extname(path).toLowerCase() !== '.html') {
    throw new SluiceError('usage', 'the output is no page', {
      where: path,
      expected: 'a name that ends in .html',
      received: extname(path) === '' ? 'no ending' : extname(path),
    })
  }
  checkWritable(resolve(path))
}
