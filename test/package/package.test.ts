/** The packages as somebody else gets them: packed, installed into an empty folder, and used there. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, installPackages } from './installPackages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const manifest = JSON.parse(
  readFileSync(join(root, 'packages', 'sluice', 'package.json'), 'utf8'),
) as { exports: Record<string, { types: string; default: string }>; dependencies?: object }
const entryPoints = Object.keys(manifest.exports).map((door) => door.replace('.', 'sluice'))

describe('the packed packages', () => {
  let installation: Installation
  beforeAll(async () => {
    installation = await installPackages()
  }, 180_000)
  afterAll(() => installation?.remove())

  it('hold what was built, its sources, the bin and its models, and nothing else', () => {
    const allowed =
      /^(?:(?:dist\/(?!\.tsbuildinfo).*\.(?:js|d\.ts)(?:\.map)?|src\/.*\.(?:ts|json)|bin\/.*\.js|models\/.*\.safetensors)|package\.json|README\.md|LICENSE)$/
    for (const { name, files } of installation.packages) {
      expect(
        files.filter((file) => !allowed.test(file) || /\.test\./.test(file)),
        name,
      ).toEqual([])
      expect(files, name).toContain('LICENSE')
    }
  })

  it('hold every entry point with its types', () => {
    const files = installation.packages.find(({ name }) => name === 'sluice')?.files ?? []
    for (const { types, default: code } of Object.values(manifest.exports)) {
      expect(files).toContain(types.replace('./', ''))
      expect(files).toContain(code.replace('./', ''))
    }
  })

  it('make the library depend on nothing', () => {
    expect(manifest.dependencies).toBeUndefined()
  })

  it.each(entryPoints)('%s can be imported in Node', async (door) => {
    const program = `console.log(Object.keys(await import('${door}')).length)`
    const output = await installation.run(process.execPath, ['-e', program])
    expect(Number(output)).toBeGreaterThan(0)
  })

  it('keep what is no entry point to themselves', async () => {
    const program = "await import('sluice/dist/foundation/random.js')"
    await expect(installation.run(process.execPath, ['-e', program])).rejects.toThrow(
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    )
  })

  it.each(['nodenext', 'bundler'])('give their types with resolution %s', async (resolution) => {
    const lines = entryPoints.map((door, i) => `import * as door${i} from '${door}'`)
    const uses = entryPoints.map((_, i) => `export const keys${i} = Object.keys(door${i})`)
    const wrong = [
      "import { Random } from 'sluice'",
      '// @ts-expect-error a seed is a number, and the types must say so',
      "new Random('seven', 'stream')",
    ]
    const file = `types-${resolution}.ts`
    writeFileSync(join(installation.folder, file), [...lines, ...uses, ...wrong, ''].join('\n'))
    const module = resolution === 'nodenext' ? 'nodenext' : 'es2022'
    const compiler = join(root, 'node_modules', 'typescript', 'lib', 'tsc.js')
    const flags = ['--strict', '--noEmit', '--ignoreConfig', '--target', 'es2022', '--types', '']
    const libraries = ['--lib', 'es2023,dom,esnext.disposable', '--module', module]
    await installation.run(process.execPath, [
      ...[compiler, ...flags, ...libraries, '--moduleResolution', resolution, file],
    ])
  })

  it('bring the command sluice', async () => {
    const output = await installation.run('npx', ['--no-install', 'sluice', '--help'])
    for (const command of ['train', 'evaluate', 'classify', 'inspect', 'run', 'convert']) {
      expect(output).toContain(command)
    }
  })
})
