/** Every ts and sh block of the README, the guides and the other documents is run as it stands. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { readBlocks } from './readBlocks.ts'
import { makeWorkplace, runBlock } from './runBlocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const guides = existsSync(join(root, 'docs')) ? readdirSync(join(root, 'docs')) : []
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...guides.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
]
const BLOCK_MS_MAX = 180_000

describe.each(documents)('%s', (document) => {
  const blocks = readBlocks(document, readFileSync(join(root, document), 'utf8'))
  const place = makeWorkplace()
  afterAll(() => place[Symbol.dispose]())

  it('is read', () => {
    expect(blocks).toBeDefined()
  })

  blocks.forEach((block, index) => {
    const name = `line ${block.line}: ${block.code.split('\n')[0]}`
    it(name, { timeout: BLOCK_MS_MAX }, async (context) => {
      context.skip(block.skip !== undefined, block.skip)
      const outcome = await runBlock(place, block, blocks.slice(0, index))
      expect(outcome.exitCode, outcome.output).toBe(0)
    })
  })
})
