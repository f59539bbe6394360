import { existsSync } from 'node:fs'
import type { Terminal } from '../../../apps/cli/src/terminal/terminal.ts'
import type { Photograph } from '../../debian/photographSets.ts'
import { firstPhotographsOf } from '../../inpainter/photographs.ts'

/** Of the bundled inpainter's training photographs, every third is this study's test. */
const EVERY = 3

/**
 * The study's photographs, from Debian packages, fetched when they are not there (217 MB). Those that
 * judge the bundled inpainter (its test set) are not among them. What is held out follows from the
 * order of the list, which is fixed.
 */
export function studyPhotographs(terminal: Terminal): {
  readonly train: readonly Photograph[]
  readonly valid: readonly Photograph[]
  readonly test: readonly Photograph[]
} {
  if (!existsSync('data/photographs')) {
    terminal.note(
      'fetching photographs from Debian packages with apt-get (217 MB, into data/photographs)',
    )
  }
  const all = firstPhotographsOf('train', 'data/photographs')
  return {
    train: all.filter((_, index) => index % EVERY !== 1),
    valid: firstPhotographsOf('valid', 'data/photographs'),
    test: all.filter((_, index) => index % EVERY === 1),
  }
}
