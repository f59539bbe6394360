/**
 * Cuts the Navy's monthly winds into clips for `sluice train`: one array of all clips and a list.
 *
 *     npx tsx tools/winds/main.ts [--out data/winds] [--deb FILE]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { npyFile } from '../arrays/writeNpy.ts'
import {
  CHANNELS,
  CLIP_MONTHS,
  CLIP_VALUES,
  cutClip,
  MONTHS,
  PATCH,
  placesOf,
  startsWithin,
  TEST_FROM,
} from './patches.ts'
import { openWinds } from './windsPackage.ts'

/** The year to choose by: no month of it is in a training clip. */
const VALID_FROM = 84

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'data/winds' }, deb: { type: 'string' } },
})
const winds = openWinds(values.deb)
const places = placesOf(winds)
const splits = [
  { split: 'train', starts: startsWithin(0, VALID_FROM) },
  { split: 'valid', starts: startsWithin(VALID_FROM, TEST_FROM) },
  { split: 'test', starts: startsWithin(TEST_FROM, winds.months) },
]
const count = splits.reduce((sum, { starts }) => sum + starts.length, 0) * places.length
const clips = new Float32Array(count * CLIP_VALUES)
const lines = ['path,label,group,split']
for (const { split, starts } of splits) {
  for (const start of starts) {
    for (const place of places) {
      const index = lines.length - 1
      cutClip(winds, start, place, clips, index * CLIP_VALUES)
      const year = 1982 + Math.floor(start / MONTHS.length)
      lines.push(`winds.npy#${index},${MONTHS[start % MONTHS.length]},${split}-${year},${split}`)
    }
  }
}
mkdirSync(values.out, { recursive: true })
writeFileSync(
  join(values.out, 'winds.npy'),
  npyFile([count, CHANNELS, CLIP_MONTHS, PATCH, PATCH], clips),
)
writeFileSync(join(values.out, 'winds.csv'), `${lines.join('\n')}\n`)
const counts = splits.map(({ split, starts }) => `${split} ${starts.length * places.length}`)
console.log(`${values.out}: ${counts.join(', ')} clips`)
