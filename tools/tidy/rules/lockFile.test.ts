import { expect, it } from 'vitest'
import { placesFound } from '../sample.ts'
import { lockFile } from './lockFile.ts'

it('refuses a registry in a lock file and allows links inside the workspace', () => {
  const text = '"resolved": "apps/cli"\n"resolved": "https://registry.example.org/a.tgz"'
  expect(placesFound(lockFile, { 'bench/package-lock.json': text })).toEqual([
    'bench/package-lock.json:2',
  ])
})
