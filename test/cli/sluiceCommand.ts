import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../apps/cli/bin/sluice.js', import.meta.url))
const built = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url))

if (!existsSync(built)) {
  throw new Error('these tests run the built command: npm run build (npm test does it by itself)')
}

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Colours and debugging off, whatever the tests are run with. */
const environment = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '', SLUICE_DEBUG: '' }

/** Runs the built command to its end, as a shell would; `variables` join the environment. */
export function sluice(
  args: readonly string[],
  cwd?: string,
  variables: Readonly<Record<string, string>> = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    env: { ...environment, ...variables },
    timeout: 120_000,
    ...(cwd === undefined ? {} : { cwd }),
  })
  return { status, stdout, stderr }
}

/** Starts the built command; its output is piped. */
export function startSluice(args: readonly string[], cwd?: string): ChildProcess {
  return spawn(process.execPath, [bin, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  })
}

/** The exit code or signal of a started command. */
export function ending(running: ChildProcess): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve) => {
    running.once('close', (code, signal) => resolve(code ?? signal))
  })
}

/** JSON lines as values. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
