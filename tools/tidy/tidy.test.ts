import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { allRules } from './allRules.ts'
import { readHouse } from './house.ts'

const house = readHouse(fileURLToPath(new URL('../..', import.meta.url)))

it('sees the house at all', () => {
  expect(house.sources.length).toBeGreaterThan(100)
})

it.each(allRules.map((rule) => [rule.name, rule] as const))('the house keeps %s', (_name, rule) => {
  const broken = rule.check(house).filter(({ warning }) => warning !== true)
  expect(broken.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([])
})
