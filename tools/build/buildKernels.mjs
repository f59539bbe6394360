import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { writeBinaryText } from './writeBinaryText.mjs'

const run = promisify(execFile)
const KERNELS = 'packages/sluice/src/backends/wasm/kernels'
/** Numbers that the kernels share with the TypeScript around them. */
const SHARED = 'packages/sluice/src/backends/wasm/abi'
const GENERATED = 'packages/sluice/src/backends/wasm/generated'

/** A module that imports shared memory rejects unshared memory, so each feature set is built twice. */
const shared = ['--sharedMemory', '--initialMemory', '2', '--maximumMemory', '65536']
const binaries = {
  plain: ['--enable', 'simd'],
  relaxed: ['--enable', 'simd,relaxed-simd'],
  plainShared: ['--enable', 'simd,threads', ...shared],
  relaxedShared: ['--enable', 'simd,relaxed-simd,threads', ...shared],
}
// AS112 warns of vectors in exported functions: they are exported between the kernels' own files only.
const flags = [
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--importMemory',
  '--disableWarning',
  '112',
]

/**
 * Compiles the kernels when one of them, the flags or the compiler changed: a hash of them all
 * stands on the first line of the generated modules' index.
 * @param {string} root the repository
 * @param {(line: string) => void} say
 */
export async function buildKernels(root, say) {
  const entry = join(root, KERNELS, 'main.ts')
  const output = join(root, GENERATED, 'binaries.ts')
  const firstLine = `// Made by tools/build.mjs from the kernels, source hash ${sourceHash(root)}`
  if (existsSync(output) && readFileSync(output, 'utf8').startsWith(`${firstLine}\n`)) return
  const start = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'sluice-kernels-'))
  try {
    const names = Object.keys(binaries)
    // One process for each of two cores.
    const halves = [names.slice(0, 2), names.slice(2)]
    await Promise.all(halves.map((half) => compile(root, entry, folder, half)))
    const bytes = names.map((name) => readFileSync(join(folder, `${name}.wasm`)))
    for (const binary of bytes) refuseStaticData(binary)
    mkdirSync(join(root, GENERATED), { recursive: true })
    for (const [i, name] of names.entries()) {
      const comment = '/** A WebAssembly binary as text; see binaryText.ts. */'
      const module = `${comment}\nexport const binary =\n  '${writeBinaryText(bytes[i])}'\n`
      writeFileSync(join(root, GENERATED, `${name}.ts`), module)
    }
    // Last, because its first line says that all of them are there.
    writeFileSync(output, generatedIndex(firstLine, names, bytes))
    const sizes = names.map((name, i) => `${name} ${(bytes[i].length / 1024).toFixed(0)} kB`)
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    say(`kernels compiled in ${seconds} s (${sizes.join(', ')})`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Kernels may have no static data (arrays, strings): the compiler puts it where kernels/constants.ts keeps vectors.
 * @param {Buffer} bytes
 */
function refuseStaticData(bytes) {
  const DATA = 11
  for (let at = 8; at < bytes.length; ) {
    const section = bytes[at++]
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      size += (byte & 127) * 2 ** shift
      if (byte < 128) break
    }
    if (section === DATA)
      throw new Error('a kernel has static data, which kernels/constants.ts overwrites')
    at += size
  }
}

/** Compiles some of the binaries, one after the other, into `folder`. */
async function compile(root, entry, folder, names) {
  const compiler = fileURLToPath(new URL('compileBinaries.mjs', import.meta.url))
  const options = names.map((name) => [
    ...[entry, ...flags, ...binaries[name], '--outFile', join(folder, `${name}.wasm`)],
  ])
  try {
    await run(process.execPath, [compiler, JSON.stringify(options)], {
      cwd: root,
      maxBuffer: 64 * 1024 * 1024,
    })
  } catch (error) {
    throw new Error(`the kernels do not compile:\n${error.stdout}${error.stderr}`)
  }
}

/** The binaries' index: each is a module of its own, so that a page loads the one that it runs. */
function generatedIndex(firstLine, names, bytes) {
  const hash = (i) => createHash('sha256').update(bytes[i]).digest('hex').slice(0, 8)
  const rows = names.map(
    (name, i) => `  ${name}: { hash: '${hash(i)}', load: () => import('./${name}.ts') },`,
  )
  return [
    firstLine,
    '/** The WebAssembly binaries, by feature set and kind of memory. */',
    'export const binaries = {',
    ...rows,
    '} as const',
    '',
  ].join('\n')
}

function sourceHash(root) {
  const hash = createHash('sha256').update(JSON.stringify([flags, binaries]))
  hash.update(readFileSync(join(root, 'node_modules', 'assemblyscript', 'package.json')))
  hash.update(readFileSync(new URL('writeBinaryText.mjs', import.meta.url)))
  for (const folder of [join(root, SHARED), join(root, KERNELS)]) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    for (const file of files.filter((name) => name.endsWith('.ts')).sort()) {
      hash.update(`${file}\n`).update(readFileSync(join(folder, file)))
    }
  }
  return hash.digest('hex').slice(0, 16)
}
