import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const execute = promisify(execFile)

/** One packed package: its name and the paths of its files. */
export interface Packed {
  readonly name: string
  readonly filename: string
  readonly files: readonly string[]
}

export interface Installation {
  readonly folder: string
  readonly packages: readonly Packed[]
  /** Runs a program inside the folder; a failure carries its output in the message. */
  run(program: string, options: readonly string[]): Promise<string>
  remove(): void
}

/** Packs both packages as they would be published and installs them into an empty folder. */
export async function installPackages(): Promise<Installation> {
  const parent = mkdtempSync(join(tmpdir(), 'sluice-package-'))
  const folder = join(parent, 'empty')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  const pack = ['pack', '--json', '--pack-destination', parent]
  const workspaces = ['--workspace', 'packages/sluice', '--workspace', 'apps/cli']
  const packages = readReport(await run('npm', [...pack, ...workspaces], root))
  const tarballs = packages.map(({ filename }) => join(parent, filename))
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  await run('npm', ['install', ...tarballs, ...quiet], folder)
  return {
    folder,
    packages,
    run: (program, options) => run(program, options, folder),
    remove: () => rmSync(parent, { recursive: true, force: true }),
  }
}

interface ReportEntry {
  readonly name: string
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

/** The report of `npm pack`: a list up to npm 11, an object by name in some later ones. */
function readReport(text: string): Packed[] {
  const report = JSON.parse(text) as ReportEntry[] | Record<string, ReportEntry>
  return Object.values(report).map(({ name, filename, files }) => ({
    name,
    filename: filename.replace('@', '').replace('/', '-'),
    files: files.map(({ path }) => path),
  }))
}

async function run(program: string, options: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await execute(program, options, { cwd, env: cleanEnvironment() })
    return stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${program} ${options.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}

/** Without what the npm around us says of this repository: the npm inside is somebody else's. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(?:npm_(?:package|lifecycle|config_local_prefix|config_workspace)|INIT_CWD|VITEST)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
}
