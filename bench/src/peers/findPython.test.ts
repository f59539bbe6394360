import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findPython, pythonCandidates } from './findPython.ts'

describe('pythonCandidates', () => {
  const folders = ['first', '', 'second', 'first'].join(path.delimiter)

  it('tries Debian’s own before those on the PATH, each once', () => {
    expect(pythonCandidates({ PATH: folders }, () => true)).toEqual([
      '/usr/bin/python3',
      path.join('first', 'python3'),
      path.join('second', 'python3'),
    ])
  })

  it('tries only what is there', () => {
    const exists = (file: string) => file.startsWith('second')
    expect(pythonCandidates({ PATH: folders }, exists)).toEqual([path.join('second', 'python3')])
  })

  it('tries nothing else where one is named', () => {
    const environment = { PATH: folders, SLUICE_BENCH_PYTHON: 'mine' }
    expect(pythonCandidates(environment, () => true)).toEqual(['mine'])
  })
})

describe('findPython', () => {
  it('says why the one that is named does not serve', async () => {
    const python = path.resolve('no', 'such', 'python')
    expect(await findPython({ SLUICE_BENCH_PYTHON: python })).toMatch(/python: .*ENOENT/)
  })
})
