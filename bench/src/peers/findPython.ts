import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Committed beside this file's source; the compiler does not copy it. */
export const PYTORCH_SCRIPT = fileURLToPath(new URL('../../src/peers/pytorch.py', import.meta.url))

/** Importing PyTorch from a cold disk takes a while. */
const DESCRIBE_LIMIT_MS = 60_000

/** A Python that has PyTorch with a BLAS worth measuring. */
export interface PythonWithTorch {
  readonly python: string
  readonly version: string
}

interface Description {
  readonly torch: string
  readonly python: string
  readonly blas: string
  readonly onednn: boolean
}

/**
 * The first Python that will do: `SLUICE_BENCH_PYTHON`, Debian's own, then each on the PATH.
 * @returns the Python, or in words why there is none
 */
export async function findPython(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<PythonWithTorch | string> {
  const reasons: string[] = []
  for (const python of pythonCandidates(environment)) {
    const found = await describe(python)
    if (typeof found !== 'string' && found.blas !== '') {
      const library = found.onednn ? `${found.blas}, oneDNN` : found.blas
      return { python, version: `${found.torch} (${library})` }
    }
    reasons.push(
      typeof found === 'string'
        ? `${python}: ${found}`
        : `${python}: PyTorch ${found.torch} runs on the reference BLAS, which proves nothing ` +
            '(install libopenblas0-pthread)',
    )
  }
  const causes = reasons.length === 0 ? 'there is no Python' : reasons.join('; ')
  return `${causes}. On Debian: apt-get install python3-torch libopenblas0-pthread`
}

/** Paths that exist, each once, in the order they are tried. */
export function pythonCandidates(
  environment: Readonly<Record<string, string | undefined>>,
  exists: (file: string) => boolean = existsSync,
): string[] {
  const named = environment.SLUICE_BENCH_PYTHON
  if (named !== undefined && named !== '') return [named]
  const folders = (environment.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '')
  const found = ['/usr/bin/python3', ...folders.map((folder) => path.join(folder, 'python3'))]
  return [...new Set(found)].filter(exists)
}

async function describe(python: string): Promise<Description | string> {
  try {
    const options = { timeout: DESCRIBE_LIMIT_MS, maxBuffer: 1 << 20 }
    const { stdout } = await promisify(execFile)(python, [PYTORCH_SCRIPT, '--describe'], options)
    return JSON.parse(stdout)
  } catch (error) {
    // One that does not even start has said nothing.
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    return (said || String(error)).split('\n').at(-1) ?? ''
  }
}
