import { expect, it } from 'vitest'
import { parseBoundedJson } from './boundedJson.ts'

const parse = (text: string) => parseBoundedJson(text, 'entry', 'file')

it('reads JSON, and says where a text is none', () => {
  expect(parse('{"a": [1, "x"]}')).toEqual({ a: [1, 'x'] })
  expect(() => parse('{')).toThrow(/^file: entry is no JSON/)
})

it('refuses nesting that would exhaust the stack, but not brackets in strings', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  expect(() => parse(nested(256))).not.toThrow()
  expect(() => parse(nested(257))).toThrow(expect.objectContaining({ code: 'limit' }))
  expect(() => parse('{"a":'.repeat(1e5))).toThrow(/too deeply/)
  const brackets = `\\"${'['.repeat(1000)}\\\\`
  expect(parse(`["${brackets}", "["]`)).toEqual([JSON.parse(`"${brackets}"`), '['])
})
