import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sluice } from './sluiceCommand.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-usage-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const commands = ['train', 'evaluate', 'classify', 'inspect', 'dataset', 'run', 'convert']

describe('help', () => {
  it('lists the commands, the exit codes and an example', () => {
    const { status, stdout } = sluice(['--help'])
    expect(status).toBe(0)
    for (const command of commands) expect(stdout).toContain(`  ${command}`)
    expect(stdout).toContain('130 interrupted')
    expect(stdout).toContain('sluice train clips -o model.safetensors')
  })
  it.each(commands)('of %s has an example and fits 100 columns', (command) => {
    const { status, stdout } = sluice([command, '--help'])
    expect(status).toBe(0)
    expect(stdout).toContain(`Examples:\n  sluice ${command} `)
  })
  it('comes quickly: it loads no network code', () => {
    const coverage = join(folder, 'coverage')
    sluice(['--help'], folder, { NODE_V8_COVERAGE: coverage })
    const loaded = readdirSync(coverage).flatMap((file) => {
      const { result } = JSON.parse(readFileSync(join(coverage, file), 'utf8')) as {
        result: { url: string }[]
      }
      return result.map(({ url }) => url)
    })
    expect(loaded.some((url) => url.includes('/apps/cli/dist/'))).toBe(true)
    expect(loaded.filter((url) => url.includes('/packages/sluice/dist/'))).toEqual([])
  })
  it('gives the version of the package', () => {
    expect(sluice(['--version'])).toMatchObject({ status: 0, stdout: '0.1.0\n' })
  })
})

describe('wrong usage', () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no command', [], /Usage: sluice/],
    ['an unknown command', ['trian'], /Did you mean train\?/],
    [
      'an unknown option',
      ['train', 'clips', '-o', 'm.safetensors', '--epoch', '3'],
      /Did you mean --epochs\?/,
    ],
    ['a missing output', ['train', 'clips'], /--output/],
    [
      'an order of frames that is not known',
      ['evaluate', 'm.safetensors', 'clips', '--order', 'backwards'],
      /shown, shuffled, still/,
    ],
    ['a missing argument', ['evaluate', 'm.safetensors'], /clips/],
    [
      'a number that is none',
      ['train', 'c', '-o', 'm.safetensors', '--epochs', 'many'],
      /whole number from 1/,
    ],
    [
      'a number out of range',
      ['train', 'c', '-o', 'm.safetensors', '--val', '1'],
      /from 0 to below 1/,
    ],
    [
      'a word that is not known',
      ['train', 'c', '-o', 'm.safetensors', '--optimizer', 'lion'],
      /adamw, adam, sgd/,
    ],
    ['no clips and nothing to resume', ['train', '-o', 'm.safetensors'], /folder of clips/],
  ]
  it.each(cases)('%s ends with 2 and says what is wrong', (_, args, message) => {
    const { status, stdout, stderr } = sluice(args, folder)
    expect(stderr).toMatch(message)
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })
})

describe('things that are not there', () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a folder of clips', ['train', 'nowhere', '-o', 'm.safetensors'], /no such folder/],
    ['the folder of the output', ['train', '.', '-o', 'no/m.safetensors'], /mkdir -p/],
    ['a model', ['evaluate', 'nothing.safetensors', '.'], /no such/],
    ['a model to inspect', ['inspect', 'nothing.safetensors'], /nothing.safetensors: no such file/],
    ['weights to convert', ['convert', 'nothing.pt', '-o', 'm.safetensors'], /no such file/],
  ]
  it.each(cases)('%s: ends with 1, one message and no stack', (_, args, message) => {
    const { status, stderr } = sluice(args, folder)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(status).toBe(1)
  })
})
