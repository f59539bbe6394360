import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findProgram, requireProgram } from './findProgram.ts'
import { temporaryFolder } from './media.test.support.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

describe('findProgram', () => {
  it('takes the first that can be run, from absolute folders only', () => {
    const [first, second] = [join(folder.path, 'first'), join(folder.path, 'second')]
    for (const path of [first, second]) {
      mkdirSync(path)
      writeFileSync(join(path, 'tool'), '')
      chmodSync(join(path, 'tool'), 0o755)
    }
    mkdirSync(join(first, 'other'))
    const path = [`.${delimiter}relative`, '', first, second].join(delimiter)
    expect(findProgram('tool', path)).toBe(join(first, 'tool'))
    expect(findProgram('other', path)).toBeUndefined()
    chmodSync(join(first, 'tool'), 0o644)
    expect(findProgram('tool', path)).toBe(join(second, 'tool'))
    expect(findProgram('tool', '')).toBeUndefined()
  })
})

describe('requireProgram', () => {
  it('says how to install it on each system', () => {
    expect(() => requireProgram('ffprobe', '')).toThrow(
      /ffprobe, which is not on PATH[\s\S]*apt-get install ffmpeg[\s\S]*brew install[\s\S]*winget/,
    )
  })
})
