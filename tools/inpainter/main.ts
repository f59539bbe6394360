/**
 * Lays out the photographs of the bundled inpainter for `sluice train-inpainter` and
 * `sluice evaluate-inpainter`.
 *
 *     npx tsx tools/inpainter/main.ts [--out data/inpainter]
 *
 * Training photographs stand in the folder itself, those by which it is watched below valid/, and those
 * of the test set below test/. Packages are kept in data/photographs.
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SETS } from '../debian/photographSets.ts'
import { photographsOf } from './photographs.ts'

const { values } = parseArgs({ options: { out: { type: 'string', default: 'data/inpainter' } } })
for (const set of SETS) {
  const folder = set === 'train' ? join(values.out, 'photographs') : join(values.out, set)
  mkdirSync(folder, { recursive: true })
  const photographs = photographsOf(set, 'data/photographs')
  for (const { name, path } of photographs) copyFileSync(path, join(folder, name))
  process.stdout.write(`${folder}: ${photographs.length} photographs\n`)
}
