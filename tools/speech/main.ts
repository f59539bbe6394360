/**
 * Makes spectrograms of Mandarin syllables, with lists for `sluice train`: their 21 initials within
 * both speakers, and learnt from one for the other.
 *
 *     npx tsx tools/speech/main.ts [--out data/speech] [--deb FILE] [--level none|recording|speaker]
 *
 * `--level`: what has its mean and deviation of each band brought to 0 and 1. Of a speaker they are
 * taken from recordings outside the test part, whose consonants nobody needs to know.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'
import { npyFile } from '../arrays/writeNpy.ts'
import { openPackage } from '../debian/openPackage.ts'
import { levelBands } from './levelBands.ts'
import { BANDS, HOP, logMel, onsetOf, RATE } from './melSpectrogram.ts'
import { baseOf, initialOf, partOf } from './syllables.ts'

const FOLDER = 'usr/share/gcin-voice/ogg'
const STEPS = 32
/** Heard before the onset, so that a stop's closure and burst are both seen: 30 ms. */
const BEFORE = 3 * HOP
const SPEAKERS = ['3', '5'] as const

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'data/speech' },
    deb: { type: 'string' },
    level: { type: 'string', default: 'none' },
  },
})
if (!['none', 'recording', 'speaker'].includes(values.level)) {
  throw new SluiceError('usage', '--level is none, recording or speaker', {
    received: values.level,
  })
}
const folder = join(
  openPackage({ name: 'gcin-voice', holds: FOLDER }, values.deb, 'data/gcin-package'),
  FOLDER,
)
const recordings = readdirSync(folder)
  .sort()
  .flatMap((syllable) => {
    const initial = initialOf(syllable)
    if (initial === undefined) return []
    return SPEAKERS.map((speaker) => ({
      ...{ syllable, initial, speaker },
      path: join(folder, syllable, `${speaker}.ogg`),
    })).filter(({ path }) => existsSync(path))
  })
const spectrograms = new Float32Array(recordings.length * BANDS * STEPS)
recordings.forEach(({ path }, index) => {
  const sound = decode(path)
  const padded = new Float32Array(sound.length + BEFORE)
  padded.set(sound, BEFORE)
  spectrograms.set(logMel(padded, onsetOf(sound), STEPS), index * BANDS * STEPS)
})
if (values.level !== 'none') {
  const groups = new Map<string, number[]>()
  recordings.forEach(({ path, speaker }, index) => {
    const group = values.level === 'speaker' ? speaker : path
    groups.set(group, [...(groups.get(group) ?? []), index])
  })
  for (const group of groups.values()) {
    const known = group.filter((index) => partOf(recordings[index]?.syllable ?? '') !== 'test')
    levelBands(spectrograms, group, values.level === 'speaker' ? known : group, STEPS)
  }
}
mkdirSync(values.out, { recursive: true })
const file = npyFile([recordings.length, BANDS, STEPS], spectrograms)
writeFileSync(join(values.out, 'syllables.npy'), file)
// The same bytes with the bands as rows of a picture of one channel.
writeFileSync(
  join(values.out, 'pictures.npy'),
  npyFile([recordings.length, 1, BANDS, STEPS, 1], spectrograms),
)
for (const array of ['syllables', 'pictures']) {
  writeList(`${array}-within`, array, ({ syllable }) => partOf(syllable))
  for (const speaker of SPEAKERS) {
    // Learnt from one speaker; the other one says the syllables that the first never said.
    writeList(`${array}-from-${speaker}`, array, (recording) => {
      const part = partOf(recording.syllable)
      if (recording.speaker === speaker) return part === 'test' ? undefined : part
      return part === 'test' ? 'test' : undefined
    })
  }
}
console.log(`${values.out}: ${recordings.length} recordings`)

function writeList(
  name: string,
  array: string,
  partFor: (recording: (typeof recordings)[number]) => string | undefined,
): void {
  const lines = ['path,label,group,split']
  recordings.forEach((recording, index) => {
    const part = partFor(recording)
    if (part === undefined) return
    lines.push(`${array}.npy#${index},${recording.initial},${baseOf(recording.syllable)},${part}`)
  })
  writeFileSync(join(values.out, `${name}.csv`), `${lines.join('\n')}\n`)
  console.log(`${name}: ${lines.length - 1} recordings`)
}

function decode(path: string): Float32Array {
  const words = ['-v', 'error', '-i', path, '-ac', '1', '-ar', String(RATE), '-f', 'f32le', '-']
  const bytes = execFileSync('ffmpeg', words, { maxBuffer: 64 * 2 ** 20 })
  return new Float32Array(Uint8Array.from(bytes).buffer)
}
