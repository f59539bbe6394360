import { expect, it } from 'vitest'
import { commandLine, withoutOptions } from './commandLine.ts'

it('leaves options out with their values, however they are written', () => {
  const words = ['train', 'a b', '-o', 'x', '--lr', '1', '--lr=2', '-oy', '--lr-end', '3', '--json']
  expect(withoutOptions(words, ['-o', '--lr'])).toEqual(['train', 'a b', '--lr-end', '3', '--json'])
  expect(commandLine(['train', 'a b', "it's"])).toBe("sluice train 'a b' 'it'\\''s'")
})
