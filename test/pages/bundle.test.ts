/** The built library through a bundler, as a site would ship it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { describe, expect, it } from 'vitest'

const resolveDir = fileURLToPath(new URL('../../packages/sluice/', import.meta.url))
const entryPoints = ['index', 'wasm', 'training', 'formats', 'data', 'inpainting']

async function bundle(contents: string, options: BuildOptions = {}) {
  return await build({
    stdin: { contents, resolveDir, loader: 'js' },
    ...{ bundle: true, minify: true, write: false, metafile: true, outdir: 'out' },
    ...{ format: 'esm', platform: 'browser', target: 'es2022', logLevel: 'silent' },
    ...options,
  })
}

const app = `
  import { compile, gatedConv2d } from './dist/entrypoints/index.js'
  import { wasm } from './dist/entrypoints/wasm.js'
  const session = compile(gatedConv2d(1, 1, { kernelSize: 3 }), {
    device: await wasm({ threads: 2 }), input: [1, 1, 5, 5],
  })
  const { output } = await session.run({ input: new Float32Array(25).fill(1) })
  export const size = output.data.length
`

describe('a bundler for pages', () => {
  it.each(entryPoints)('takes %s without a warning and without anything of Node', async (name) => {
    const everything = `export * from './dist/entrypoints/${name}.js'`
    const { warnings, metafile } = await bundle(everything, { splitting: true })
    expect(warnings).toEqual([])
    const imports = Object.values(metafile?.outputs ?? {}).flatMap((output) => output.imports)
    expect(imports.filter(({ external }) => external)).toEqual([])
  })

  it('puts each binary into a chunk of its own, loaded when it is chosen', async () => {
    const { metafile } = await bundle(app, { splitting: true })
    const chunks = Object.values(metafile?.outputs ?? {})
    const holding = (pattern: RegExp) =>
      chunks.filter(({ inputs }) => Object.keys(inputs).some((input) => pattern.test(input)))
    const binaries = holding(/dist\/binaries\//)
    expect(binaries).toHaveLength(4)
    for (const { inputs } of binaries) expect(Object.keys(inputs)).toHaveLength(1)
    const entry = chunks.find(({ entryPoint }) => entryPoint === '<stdin>')
    const inputs = Object.keys(entry?.inputs ?? {})
    expect(inputs.filter((input) => input.includes('entrypoints/training'))).toEqual([])
  })

  it.each([true, false])('makes an app that runs, splitting it: %s', async (splitting) => {
    const { outputFiles = [] } = await bundle(app, { splitting })
    const folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-'))
    try {
      for (const { path, contents } of outputFiles) {
        writeFileSync(join(folder, basename(path)), contents)
      }
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
      const entry = pathToFileURL(join(folder, 'stdin.js')).href
      const { size } = (await import(/* @vite-ignore */ entry)) as { size: number }
      expect(size).toBe(9)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
