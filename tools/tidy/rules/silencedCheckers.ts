import { type House, isKernel } from '../house.ts'
import { lineAt } from '../maskSource.ts'
import type { Finding, Rule } from '../rule.ts'

const ANY = /(?<![.\w$'"])any(?![\w$]|\s*[:(?])/g
const NON_NULL = /[\w$)\]]!(?!=)/g
/** The compiler may be contradicted in a test of types, with a reason behind it. */
const SILENCED = /@ts-(?:ignore|nocheck|expect-error)\b(?<reason>[^\n]*)/g
const REASON_LENGTH_MIN = 10

/** The compiler is right until shown wrong: nothing switches it off. */
export const silencedCheckers: Rule = {
  name: 'silenced-checker',
  check: (house: House) =>
    house.sources.flatMap(({ path, code, text }): Finding[] => {
      if (isKernel(path) || !path.endsWith('.ts')) return []
      const at = (offset: number, message: string) => ({
        file: path,
        line: lineAt(text, offset),
        message,
      })
      return [
        ...[...code.matchAll(ANY)].map((m) => at(m.index, 'any: say what it is, or unknown')),
        ...[...code.matchAll(NON_NULL)].map((m) =>
          at(m.index, 'non-null "!": check it, or use present() with what is missing'),
        ),
        ...[...text.matchAll(SILENCED)]
          .filter(
            (m) =>
              !m[0].startsWith('@ts-expect-error') ||
              (m.groups?.reason ?? '').trim().length < REASON_LENGTH_MIN,
          )
          .filter((m) => code[m.index] === ' ' && !isInString(code, m.index))
          .map((m) =>
            at(m.index, `${m[0].trim()}: mend the types, or expect the error with a reason`),
          ),
      ]
    }),
}

/** Blanked text between two quotes of one line is a string; outside quotes it was a comment. */
function isInString(code: string, offset: number): boolean {
  const line = code.slice(code.lastIndexOf('\n', offset) + 1, offset)
  return (line.match(/['"`/]/g) ?? []).length % 2 === 1
}
