import type { House } from '../house.ts'
import type { Rule } from '../rule.ts'

const BYTES_MAX = 300_000

/** Data lives in fixtures; anything large elsewhere was added by mistake. */
export const largeFiles: Rule = {
  name: 'large-file',
  check: (house: House) =>
    house.files
      .filter(({ path, bytes }) => bytes > BYTES_MAX && !path.startsWith('fixtures/'))
      .map(({ path, bytes }) => ({
        file: path,
        line: 1,
        message: `${Math.round(bytes / 1000)} kB outside fixtures (at most ${BYTES_MAX / 1000} kB)`,
      })),
}
