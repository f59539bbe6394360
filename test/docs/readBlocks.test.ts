import { describe, expect, it } from 'vitest'
import { readBlocks } from './readBlocks.ts'

const fence = '```'
const read = (...lines: string[]) => readBlocks('a.md', lines.join('\n'))

describe('the blocks of a document', () => {
  it('are found with language and line; other languages are left alone', () => {
    const blocks = read(
      '# A',
      `${fence}ts`,
      'f()',
      fence,
      `${fence}text`,
      'x',
      fence,
      `${fence}sh`,
      'ls',
      fence,
    )
    expect(blocks.map(({ language, line, code }) => [language, line, code])).toEqual([
      ['ts', 3, 'f()'],
      ['sh', 9, 'ls'],
    ])
  })

  it('are skipped only with a reason', () => {
    const [block] = read('<!-- test: skip: needs the network -->', `${fence}sh`, 'npm ci', fence)
    expect(block?.skip).toBe('needs the network')
    expect(() => read('<!-- test: skip -->', `${fence}sh`, 'npm ci', fence)).toThrow(
      'not understood',
    )
  })

  it('take only remarks that stand directly above', () => {
    const [block] = read('<!-- test: skip: old -->', 'words', `${fence}sh`, 'ls', fence)
    expect(block?.skip).toBeUndefined()
  })

  it('may be run in a shorter form of the same commands', () => {
    const shown = ['npx sluice train clips \\', '  --epochs 30 -o model.safetensors']
    const short = (command: string) =>
      read('<!-- test: runs', command, '-->', `${fence}sh`, ...shown, fence)[0]?.runs
    const smaller = 'npx sluice train clips --epochs 1 -o model.safetensors --size 16'
    expect(short(smaller)).toBe(smaller)
    expect(() => short('npx sluice train clips -o model.safetensors')).toThrow('--epochs')
    expect(() => short('npx sluice inspect clips --epochs 1 -o x')).toThrow('train')
    expect(() => short('true')).toThrow('another form')
  })

  it('may not be left open or without a language', () => {
    expect(() => read(`${fence}ts`, 'f()')).toThrow('never ends')
    expect(() => read(fence, 'f()', fence)).toThrow('without a language')
  })
})
