import { type House, isTest } from '../house.ts'
import { lineAt } from '../maskSource.ts'
import type { Finding, Rule } from '../rule.ts'

const RUNNER = String.raw`(?<![\w$.])(?:it|test|describe|suite)(?:\.\w+)*`
const ONLY = new RegExp(String.raw`${RUNNER}\.only\b`, 'g')
const SKIPPED = new RegExp(String.raw`${RUNNER}\.(?:skip|skipIf|runIf|todo)\b`, 'g')
const SKIPPED_INSIDE = /(?<![\w$])(?:context|ctx|task)\.skip\(\s*\)/g

/** A test that does not run says why; one that keeps others from running is not committed. */
export const silentTests: Rule = {
  name: 'silent-test',
  check: (house: House) =>
    house.sources.flatMap(({ path, code, text }): Finding[] => {
      if (!isTest(path)) return []
      const lines = text.split('\n')
      const at = (offset: number, message: string) => ({
        file: path,
        line: lineAt(code, offset),
        message,
      })
      const hasReason = (offset: number) => {
        const line = lineAt(code, offset)
        const comment = lines.slice(Math.max(0, line - 3), line).some((each) => each.includes('//'))
        const title = lines.slice(line - 1, line + 2).some((each) => each.includes('skipped:'))
        return comment || title
      }
      return [
        ...[...code.matchAll(ONLY)].map((m) =>
          at(m.index, `${m[0]} keeps other tests from running`),
        ),
        ...[...code.matchAll(SKIPPED)]
          .filter((m) => !hasReason(m.index))
          .map((m) =>
            at(m.index, `${m[0]} without a comment, or "skipped:" in its title, that says why`),
          ),
        ...[...code.matchAll(SKIPPED_INSIDE)].map((m) => at(m.index, 'skip() without a reason')),
      ]
    }),
}
