/**
 * What a careful reviewer would do, in one command: the rules of the house, types, lint and format,
 * all tests. Every part runs even when one before it failed, so that one run shows everything.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const packaged = (...path) => join(root, 'node_modules', ...path)
const compiler = packaged('typescript', 'lib', 'tsc.js')

/** Parts that are quiet about success are shown only when they fail; the tests are shown live. */
const parts = [
  { name: 'tidy', command: [packaged('tsx', 'dist', 'cli.mjs'), 'tools/tidy/main.ts'] },
  { name: 'types', command: [compiler, '-b'] },
  { name: 'types of tests and tools', command: [compiler, '-p', 'tsconfig.test.json'] },
  {
    name: 'lint and format',
    command: [packaged('@biomejs', 'biome', 'bin', 'biome'), 'check', '.'],
  },
  { name: 'tests', command: [packaged('vitest', 'vitest.mjs'), 'run'], live: true },
]

const results = parts.map(({ name, command, live = false }) => {
  process.stdout.write(`- ${name} ...${live ? '\n' : ''}`)
  const start = performance.now()
  const output = live ? 'inherit' : 'pipe'
  const result = spawnSync(process.execPath, command, {
    cwd: root,
    stdio: ['ignore', output, output],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const passed = result.status === 0
  const time = `${((performance.now() - start) / 1000).toFixed(1)} s`
  if (!live) process.stdout.write(` ${passed ? 'passed' : 'FAILED'} (${time})\n`)
  if (!live && !passed) process.stdout.write(`${result.stdout}${result.stderr}\n`)
  return { name, passed, time }
})

const width = Math.max(...results.map(({ name }) => name.length))
process.stdout.write('\n')
for (const { name, passed, time } of results) {
  process.stdout.write(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(width)}  ${time}\n`)
}
const failures = results.filter(({ passed }) => !passed)
process.stdout.write(failures.length === 0 ? 'check passed\n' : 'check FAILED\n')
process.exitCode = failures.length === 0 ? 0 : 1
