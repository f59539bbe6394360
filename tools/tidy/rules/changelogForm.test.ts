import { expect, it } from 'vitest'
import { placesFound } from '../sample.ts'
import { changelogForm } from './changelogForm.ts'

const entry = '\n* **Something**: because.\n\n'
const found = (text: string, version = '0.2.0') =>
  placesFound(changelogForm, {
    'CHANGELOG.md': text,
    'packages/sluice/package.json': JSON.stringify({ version }),
  })

it('accepts versions with entries, newest first', () => {
  const text = `# Changelog\n\n## Unreleased\n${entry}## 0.2.0\n${entry}## 0.1.0\n${entry}`
  expect(found(text)).toEqual([])
})

it('refuses a version without entry, in wrong order or of another form', () => {
  expect(found(`# Changelog\n\n## 0.2.0\n`)).toEqual(['CHANGELOG.md:3'])
  expect(found(`# Changelog\n\n## 0.2.0\n${entry}## 0.10.0\n${entry}`)).toEqual(['CHANGELOG.md:7'])
  expect(found(`# Changelog\n\n## v1\n${entry}## 0.2.0\n${entry}`)).toContain('CHANGELOG.md:3')
})

it('compares with the package', () => {
  expect(found(`# Changelog\n\n## 0.2.0\n${entry}`, '0.3.0')).toEqual(['CHANGELOG.md:1'])
})

it('must be there', () => {
  expect(placesFound(changelogForm, {})).toEqual(['CHANGELOG.md:1'])
})
