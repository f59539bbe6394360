import { afterAll, describe, expect, it } from 'vitest'
import { readBlocks } from './readBlocks.ts'
import { makeWorkplace, runBlock } from './runBlocks.ts'

const fence = '```'
const place = makeWorkplace()
afterAll(() => place[Symbol.dispose]())

async function runLast(...lines: string[]) {
  const blocks = readBlocks('a.md', lines.join('\n'))
  const last = blocks.at(-1)
  if (last === undefined) throw new Error('no block in the sample')
  return runBlock(place, last, blocks.slice(0, -1))
}

describe('running blocks', () => {
  it('runs TypeScript against the built library', async () => {
    const outcome = await runLast(
      `${fence}ts`,
      "import { Random } from 'sluice'",
      "console.log(typeof new Random(7, 'docs'))",
      fence,
    )
    expect(outcome).toEqual({ exitCode: 0, output: 'object\n' })
  })

  it('lets a block continue the one above', async () => {
    const outcome = await runLast(
      ...[`${fence}ts`, "const word: string = 'hello'", fence],
      ...['<!-- test: continues -->', `${fence}ts`, 'console.log(word)', fence],
    )
    expect(outcome).toEqual({ exitCode: 0, output: 'hello\n' })
  })

  it('fails on a type error and on an exception', async () => {
    const wrong = await runLast(`${fence}ts`, "const n: number = 'x'", 'console.log(n)', fence)
    expect(wrong.exitCode).not.toBe(0)
    expect(wrong.output).toContain('TS2322')
    const thrown = await runLast(`${fence}ts`, "throw new Error('no')", fence)
    expect(thrown.exitCode).not.toBe(0)
  })

  it('runs shell blocks in one folder, and fails with the first command that fails', async () => {
    expect((await runLast(`${fence}sh`, 'echo 1 > made.txt', fence)).exitCode).toBe(0)
    expect(await runLast(`${fence}sh`, 'cat made.txt', fence)).toEqual({
      exitCode: 0,
      output: '1\n',
    })
    expect((await runLast(`${fence}sh`, 'false', 'true', fence)).exitCode).toBe(1)
  })
})
