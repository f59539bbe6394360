/** Recordings of gcin-voice by what is said: folders named in bopomofo, a tone digit at the end. */
import { hashText } from '../../packages/sluice/src/foundation/random.ts'

/** The 21 initial consonants, each with its pinyin. */
export const INITIALS: ReadonlyMap<string, string> = new Map(
  [...'ㄅㄆㄇㄈㄉㄊㄋㄌㄍㄎㄏㄐㄑㄒㄓㄔㄕㄖㄗㄘㄙ'].map((letter, i) => [
    letter,
    'b p m f d t n l g k h j q x zh ch sh r z c s'.split(' ')[i] ?? '',
  ]),
)

/** What is said, without the tone. */
export function baseOf(folder: string): string {
  return folder.replace(/\d+$/, '')
}

/** The initial in pinyin; undefined for syllables that begin with a vowel. */
export function initialOf(folder: string): string | undefined {
  return INITIALS.get([...folder][0] ?? '')
}

export type Part = 'train' | 'valid' | 'test'

/**
 * The part of a syllable: about 60, 15 and 25 of a hundred. All its tones and both speakers' recordings
 * go together, so that what is tested was never heard in any tone.
 */
export function partOf(folder: string): Part {
  const place = hashText(baseOf(folder)) % 20
  return place < 12 ? 'train' : place < 15 ? 'valid' : 'test'
}
