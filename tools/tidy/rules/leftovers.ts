import type { House } from '../house.ts'
import { lineAt } from '../maskSource.ts'
import type { Rule } from '../rule.ts'

/** Written in two halves, so that this file does not find itself. */
const WORDS = ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK']
const LEFTOVER = new RegExp(String.raw`\b(?:${WORDS.join('|')})\b`, 'g')

/** What is not done belongs into an issue, where somebody will look for it. */
export const leftovers: Rule = {
  name: 'leftover',
  check: (house: House) =>
    house.files.flatMap(({ path, text }) =>
      text === undefined || !/\.(?:[cm]?[jt]s|md|py|sh)$/.test(path)
        ? []
        : [...text.matchAll(LEFTOVER)].map((match) => ({
            file: path,
            line: lineAt(text, match.index),
            message: `${match[0]}: do it, or write an issue`,
          })),
    ),
}
