import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nodeVersionProblem } from './nodeVersion.mjs'
import { packagesMatchLock } from './packagesMatchLock.mjs'

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '100.1.0'])('%s will do', (version) => {
    expect(nodeVersionProblem(version)).toBeUndefined()
  })

  it.each(['20.18.9', '18.99.0', '8.0.0'])('%s is refused with what to do', (version) => {
    expect(nodeVersionProblem(version)).toContain(`this is Node ${version}`)
    expect(nodeVersionProblem(version)).toContain('Install')
  })
})

describe('installed packages against the lock file', () => {
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sluice-lock-'))
    mkdirSync(join(root, 'node_modules', 'a'), { recursive: true })
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const lock = JSON.stringify({
    packages: {
      '': {},
      'packages/own': { version: '0.1.0' },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b-windows': { version: '2.0.0', optional: true },
    },
  })
  const record = (version: string) =>
    writeFileSync(
      join(root, 'node_modules', '.package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/a': { version } } }),
    )

  it('match when all but optional packages are there', () => {
    record('1.0.0')
    expect(packagesMatchLock(root, lock)).toBe(true)
  })

  it('do not match with another version', () => {
    record('1.0.1')
    expect(packagesMatchLock(root, lock)).toBe(false)
  })

  it('do not match when the folder is gone although the record names it', () => {
    record('1.0.0')
    rmSync(join(root, 'node_modules', 'a'), { recursive: true })
    expect(packagesMatchLock(root, lock)).toBe(false)
  })

  it('do not match when nothing was installed', () => {
    expect(packagesMatchLock(root, lock)).toBe(false)
  })
})
