import { type House, isTest } from '../house.ts'
import type { Finding, Rule } from '../rule.ts'

const LINES_SOFT = 300
const LINES_HARD = 400

/** One idea a file: long ones hold several. Fixtures are data and may be as long as they are. */
export const fileLength: Rule = {
  name: 'file-length',
  check: (house: House) =>
    house.sources.flatMap(({ path, text }): Finding[] => {
      if (path.startsWith('fixtures/')) return []
      const lines = text.split('\n').length - 1
      if (lines <= LINES_SOFT) return []
      const kind = isTest(path) ? 'split the test by topic' : 'split it by idea'
      const message = `${lines} lines (${LINES_SOFT} wanted, ${LINES_HARD} at most): ${kind}`
      return [{ file: path, line: 1, message, warning: lines <= LINES_HARD }]
    }),
}
