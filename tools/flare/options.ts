/** The command line of the action set's maker. */
import { parseArgs } from 'node:util'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'
import { SPECIES, TEST_SPECIES, VALID_SPECIES } from './bodies.ts'
import type { ClipsPerCell } from './plan.ts'

export const HELP = `Renders labelled action clips from the game Flare (Debian package flare-game).

  npx tsx tools/flare/main.ts --split equipment|bodies [options]

  --split NAME     equipment: whole families of armour, weapons and shields held out
                   bodies: whole monster species held out
  --out FOLDER     where train/, valid/ and test/ go (data/actions-<split>)
  --clips T,V,E    clips per body, action and direction for train, valid and test
                   (equipment 19,5,6 = 2432, 640 and 768 clips; bodies 8,8,6)
  --size N         side of a clip in pixels (64)
  --seed N         what chance decides: outfits, phases, backgrounds (1)
  --test-species   comma-separated, bodies only (${TEST_SPECIES.join(',')})
  --valid-species  comma-separated, bodies only (${VALID_SPECIES.join(',')})
  --deb FILE       the package, if you have it; else it is fetched with apt-get
  --contact FILE   draw a PNG with one clip per action and direction instead
  --help           this text

Clips are lossless animated WebP: 8 frames, 0.1 s each. Same options, same bytes.
`

export type Split = 'equipment' | 'bodies'

export interface Options {
  readonly split: Split
  readonly out: string
  readonly clips: ClipsPerCell
  readonly size: number
  readonly seed: number
  readonly testSpecies: readonly string[]
  readonly validSpecies: readonly string[]
  readonly deb: string | undefined
  readonly contact: string | undefined
}

const DEFAULT_CLIPS: Readonly<Record<Split, string>> = { equipment: '19,5,6', bodies: '8,8,6' }

/** @returns undefined when help was asked for. @throws SluiceError `usage` */
export function readOptions(words: readonly string[]): Options | undefined {
  const { values } = parse(words)
  if (values.help === true) return undefined
  const split = values.split
  if (split !== 'equipment' && split !== 'bodies') {
    throw usage('--split', 'equipment or bodies', split ?? 'nothing')
  }
  const counts = (values.clips ?? DEFAULT_CLIPS[split]).split(',').map(Number)
  const [train, valid, test] = counts
  if (counts.length !== 3 || !counts.every((count) => Number.isInteger(count) && count >= 0)) {
    throw usage('--clips', 'three whole numbers such as 19,5,6', values.clips ?? '')
  }
  return {
    split,
    out: values.out ?? `data/actions-${split}`,
    clips: { train: train as number, valid: valid as number, test: test as number },
    size: wholeNumber('--size', values.size ?? '64', 8, 1024),
    seed: wholeNumber('--seed', values.seed ?? '1', 0, 0xffffffff),
    testSpecies: species('--test-species', values['test-species'], TEST_SPECIES),
    validSpecies: species('--valid-species', values['valid-species'], VALID_SPECIES),
    deb: values.deb,
    contact: values.contact,
  }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        split: { type: 'string' },
        out: { type: 'string' },
        clips: { type: 'string' },
        size: { type: 'string' },
        seed: { type: 'string' },
        'test-species': { type: 'string' },
        'valid-species': { type: 'string' },
        deb: { type: 'string' },
        contact: { type: 'string' },
        help: { type: 'boolean' },
      },
    })
  } catch (cause) {
    throw new SluiceError('usage', cause instanceof Error ? cause.message : String(cause), {
      fix: 'see --help',
      cause,
    })
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw usage(name, `a whole number from ${least} to ${most}`, text)
}

function species(
  name: string,
  text: string | undefined,
  usual: readonly string[],
): readonly string[] {
  if (text === undefined) return usual
  const names = text === '' ? [] : text.split(',')
  const unknown = names.find((candidate) => SPECIES[candidate] === undefined)
  if (unknown === undefined) return names
  throw usage(name, `some of ${Object.keys(SPECIES).join(', ')}`, unknown)
}

function usage(where: string, expected: string, received: string): SluiceError {
  return new SluiceError('usage', 'cannot use this option', { where, expected, received })
}
