import { type House, houseOf } from './house.ts'
import type { Rule } from './rule.ts'

/** A small house for the tests of the rules: texts by path. */
export function sampleHouse(texts: Readonly<Record<string, string>>): House {
  return houseOf(Object.entries(texts).map(([path, text]) => ({ path, text, bytes: text.length })))
}

/** What a rule finds, as `file:line` (warnings marked with a question mark). */
export function placesFound(rule: Rule, texts: Readonly<Record<string, string>>): string[] {
  return rule
    .check(sampleHouse(texts))
    .map(({ file, line, warning }) => `${file}:${line}${warning === true ? '?' : ''}`)
}
