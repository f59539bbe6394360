import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Block } from './readBlocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a person would have who follows the document: an empty folder with the packages installed. */
export interface Workplace extends Disposable {
  readonly folder: string
}

export interface Outcome {
  readonly exitCode: number
  readonly output: string
}

/**
 * An empty folder with `sluice` and its command installed, `fixtures/actions` and `fixtures/deepFill` at hand. The blocks
 * of one document run in it one after the other, so a model trained above is there below.
 */
export function makeWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-docs-'))
  const link = (target: string, path: string) => {
    if (!existsSync(join(root, target))) return
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    symlinkSync(join(root, target), join(folder, path))
  }
  link('packages/sluice', 'node_modules/sluice')
  link('apps/cli', 'node_modules/@sluice/cli')
  link('apps/cli/bin/sluice.js', 'node_modules/.bin/sluice')
  link('node_modules/@types', 'node_modules/@types')
  link('node_modules/undici-types', 'node_modules/undici-types')
  link('fixtures/actions', 'fixtures/actions')
  link('fixtures/deepFill', 'fixtures/deepFill')
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Runs a block in the workplace. TypeScript is type-checked strictly, then run from its JavaScript. */
export async function runBlock(
  place: Workplace,
  block: Block,
  earlier: readonly Block[],
): Promise<Outcome> {
  if (block.language === 'sh') {
    const code = [block.before ?? '', block.runs ?? block.code].join('\n')
    return run('bash', ['-euo', 'pipefail', '-c', code], place.folder)
  }
  const name = `block${block.line}`
  writeFileSync(join(place.folder, `${name}.ts`), sourceOf(block, earlier))
  const compiler = join(root, 'node_modules', 'typescript', 'lib', 'tsc.js')
  const flags = ['--strict', '--target', 'es2022', '--module', 'nodenext', '--skipLibCheck']
  const libraries = ['--lib', 'es2023,esnext.disposable', '--types', 'node', '--noEmitOnError']
  const options = [compiler, ...flags, ...libraries, '--ignoreConfig', `${name}.ts`]
  const compiled = await run(process.execPath, options, place.folder)
  if (compiled.exitCode !== 0) return compiled
  return run(process.execPath, [`${name}.js`], place.folder)
}

/** The block with what it continues: all ts blocks above it up to one that begins anew. */
export function sourceOf(block: Block, earlier: readonly Block[]): string {
  const own = [block.before ?? '', block.runs ?? block.code].join('\n')
  if (!block.continues) return `${own}\nexport {}\n`
  const above = earlier.filter(({ language, skip }) => language === 'ts' && skip === undefined)
  const previous = above.at(-1)
  if (previous === undefined) throw new Error(`line ${block.line}: there is nothing to continue`)
  return `${sourceOf(previous, above.slice(0, -1))}${own}\n`
}

function run(program: string, options: readonly string[], folder: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, options, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', (error) => resolve({ exitCode: 127, output: error.message }))
    child.on('close', (exitCode) => resolve({ exitCode: exitCode ?? 1, output }))
  })
}
