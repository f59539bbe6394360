import type { House } from '../house.ts'
import type { Finding, Rule } from '../rule.ts'

/** Names that say nothing about what is inside, so that anything may be put there. */
const EMPTY = new Set([
  ...['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'shared', 'core', 'lib'],
  ...['manager', 'processor', 'handler'],
])
const EMPTY_ENDING = /(?:Utils?|Helpers?|Manager|Processor|Handler|Misc|Common)$/

/** Files and folders are named after the one idea in them. */
export const forbiddenNames: Rule = {
  name: 'forbidden-name',
  check: (house: House) =>
    house.files.flatMap(({ path }): Finding[] => {
      if (path.startsWith('fixtures/')) return []
      const bad = path
        .split('/')
        .map((part) => part.replace(/\..*$/, ''))
        .find((name) => EMPTY.has(name.toLowerCase()) || EMPTY_ENDING.test(name))
      return bad === undefined
        ? []
        : [{ file: path, line: 1, message: `"${bad}" names no idea: call it what it does` }]
    }),
}
