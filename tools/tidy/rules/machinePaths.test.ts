import { expect, it } from 'vitest'
import { placesFound } from '../sample.ts'
import { machinePaths } from './machinePaths.ts'

const slash = '/'

it.each(['tmp/x', 'root/.npmrc', 'farm/y', 'work/a'])('refuses the path %s', (path) => {
  expect(placesFound(machinePaths, { 'a.md': `see ${slash}${path}` })).toEqual(['a.md:1'])
})

it('refuses paths that leave the repository', () => {
  expect(placesFound(machinePaths, { 'a.ts': `'..${slash}shared/x'` })).toEqual(['a.ts:1'])
})

it('allows relative paths, words and addresses', () => {
  const text = "import './root/a.ts'\nhttps://example.org/home/x\nsrc/work/a and work/rest"
  expect(placesFound(machinePaths, { 'a.ts': text })).toEqual([])
})
