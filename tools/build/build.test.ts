import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isFresh, writeStamp } from './freshness.mjs'
import { projects } from './projects.mjs'
import { removeStaleOutputs } from './removeStaleOutputs.mjs'

let root = ''
const HOUR_MS = 3_600_000
const builtMs = 1_000 * HOUR_MS

function write(path: string, changedMs = builtMs - HOUR_MS) {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  utimesSync(file, changedMs / 1000, changedMs / 1000)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-build-'))
  const settings = ['tsconfig.base.json', 'tsconfig.json', 'package-lock.json']
  for (const file of [...settings, 'tools/build.mjs', 'tools/build/a.mjs']) write(file)
  for (const { folder } of projects) {
    for (const file of ['package.json', 'tsconfig.json', 'src/a.ts', 'dist/a.d.ts']) {
      write(`${folder}/${file}`)
    }
    utimesSync(join(root, folder, 'src'), 1, 1)
  }
  utimesSync(join(root, 'tools/build'), 1, 1)
})
afterEach(() => rmSync(root, { recursive: true }))

describe('whether a build is fresh', () => {
  it('is, when it began after every change', () => {
    writeStamp(root, builtMs)
    expect(isFresh(root)).toBe(true)
  })

  it('is not without a stamp or without outputs', () => {
    expect(isFresh(root)).toBe(false)
    writeStamp(root, builtMs)
    rmSync(join(root, 'packages/sluice/dist'), { recursive: true })
    expect(isFresh(root)).toBe(false)
  })

  it.each(['packages/sluice/src/a.ts', 'tsconfig.base.json', 'tools/build/a.mjs'])(
    'is not when %s changed later',
    (path) => {
      writeStamp(root, builtMs)
      write(path, builtMs + HOUR_MS)
      expect(isFresh(root)).toBe(false)
    },
  )

  it('is not when a source was deleted', () => {
    writeStamp(root, builtMs)
    rmSync(join(root, 'packages/sluice/src/a.ts'))
    expect(isFresh(root)).toBe(false)
  })

  it('does not mind tests', () => {
    writeStamp(root, builtMs)
    write('packages/sluice/src/a.test.ts', builtMs + HOUR_MS)
    utimesSync(join(root, 'packages/sluice/src'), 1, 1)
    expect(isFresh(root)).toBe(true)
  })
})

it('removes types whose source is gone, code that was not written, and nothing else', () => {
  const project = 'packages/sluice'
  const outputs = ['gone.d.ts.map', 'old/b.js', 'chunks/a.js', 'chunks/a.js.map', 'chunks/b.js']
  for (const name of [...outputs, '.tsbuildinfo']) write(`${project}/dist/${name}`)
  removeStaleOutputs(root, new Map([[project, new Set(['chunks/a.js', 'chunks/a.js.map'])]]))
  const left = readdirSync(join(root, project, 'dist'), { recursive: true })
  expect(left.sort()).toEqual([
    ...['.tsbuildinfo', 'a.d.ts', 'chunks', 'chunks/a.js', 'chunks/a.js.map'],
  ])
})
