import { extname, resolve } from 'node:path'
import { checkWritable, writeAtomically } from '../files/atomicFile.ts'
import { refuseOverwriting } from '../files/paths.ts'
import { requireEnding } from '../files/requireEnding.ts'

/** How something that can be looked at is made, by the ending of the file. */
export interface PictureMakers {
  html(): Promise<string>
  png(): Promise<Uint8Array>
}

/**
 * Refuses outputs that could not be written later, or that would replace an input.
 * @throws SluiceError `usage` for another ending than .html and .png
 */
export function checkOutputs(outputs: readonly string[], inputs: readonly string[]): void {
  for (const output of outputs) {
    requireEnding(output, ['.html', '.png'], 'the output is neither a page nor a picture')
    checkWritable(resolve(output))
    refuseOverwriting(output, inputs)
  }
}

/** Writes each output whole, as its ending says. */
export async function writePictures(
  outputs: readonly string[],
  make: PictureMakers,
): Promise<void> {
  for (const output of outputs) {
    const html = extname(output).toLowerCase() === '.html'
    writeAtomically(resolve(output), html ? await make.html() : await make.png())
  }
}
