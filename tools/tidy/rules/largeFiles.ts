import type { House } from '../house.ts'
import type { Rule } from '../rule.ts'

const BYTES_MAX = 300_000

/** Data lives in fixtures and weights in the command's models; large files elsewhere were added by mistake. */
const ROOMS = ['fixtures/', 'apps/cli/models/']

export const largeFiles: Rule = {
  name: 'large-file',
  check: (house: House) =>
    house.files
      .filter(
        ({ path, bytes }) => bytes > BYTES_MAX && !ROOMS.some((room) => path.startsWith(room)),
      )
      .map(({ path, bytes }) => ({
        file: path,
        line: 1,
        message: `${Math.round(bytes / 1000)} kB outside ${ROOMS.join(' and ')} (at most ${BYTES_MAX / 1000} kB)`,
      })),
}
