import { type House, isKernel, isLibrary } from '../house.ts'
import { lineAt } from '../maskSource.ts'
import type { Rule } from '../rule.ts'

interface Ban {
  readonly call: RegExp
  readonly instead: string
  readonly where: (path: string) => boolean
}

const everywhere = (path: string) => !isKernel(path)

/** The profiler's result is time; it has a clock of its own where nobody hands one in. */
const PROFILER = 'packages/sluice/src/engine/runtime/profile.ts'
const isTimeless = (path: string) => isLibrary(path) && path !== PROFILER

/** Randomness and time are arguments, and a library does not talk to the terminal. */
const BANS: readonly Ban[] = [
  { call: /\bMath\.random\b/g, instead: 'Random of foundation, with a seed', where: everywhere },
  { call: /\bDate\.now\b/g, instead: 'a clock handed in', where: isLibrary },
  { call: /\bnew Date\(\s*\)/g, instead: 'a clock handed in', where: isLibrary },
  { call: /\bperformance\.now\b/g, instead: 'a clock handed in', where: isTimeless },
  { call: /\bconsole\.\w+/g, instead: 'a callback of the caller', where: isLibrary },
]

export const bannedCalls: Rule = {
  name: 'banned-call',
  check: (house: House) =>
    house.sources.flatMap(({ path, code }) =>
      BANS.filter(({ where }) => where(path)).flatMap(({ call, instead }) =>
        [...code.matchAll(call)].map((match) => ({
          file: path,
          line: lineAt(code, match.index),
          message: `${match[0]}: use ${instead}`,
        })),
      ),
    ),
}
