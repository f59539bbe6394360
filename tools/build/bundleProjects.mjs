/**
 * Bundles each package into a few modules: Node takes a millisecond or two to find, read and link a
 * module, and there are hundreds. Lines and names stay, so that errors can be read; comments go, since they
 * take time to read too.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { projects } from './projects.mjs'

/** Modules of their own: a program loads one of the four. */
const BINARY = /\/generated\/(?:plain|relaxed)/

/**
 * @param {string} root the repository
 * @returns {Promise<Map<string, Set<string>>>} by folder of the project: what was written into `dist`
 * @throws Error with the bundler's words, for what it warns of as well
 */
export async function bundleProjects(root) {
  const written = new Map()
  for (const project of projects) written.set(project.folder, await bundle(root, project))
  return written
}

async function bundle(root, { folder, platform, entries, chunks }) {
  const path = join(root, folder)
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  const input = Object.entries({ ...exportedEntries(manifest), ...entries })
  const neutral = platform === 'neutral'
  const build = await rolldown({
    cwd: path,
    input: Object.fromEntries(input.map(([name, file]) => [name, join(path, 'src', file)])),
    platform,
    tsconfig: false,
    transform: { target: 'es2022' },
    external: neutral ? [] : (id) => isOutside(manifest, id),
    // How long a build takes says something of the machine, and all that is logged is an error here.
    checks: { bundlerTimings: false },
    onLog: (_, { message }) => {
      throw new Error(`${folder}: ${message}`)
    },
  })
  const { output } = await build.write({
    dir: join(path, 'dist'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: ({ facadeModuleId }) =>
      BINARY.test(facadeModuleId ?? '') ? 'binaries/[name].js' : `${chunks}[name].js`,
    // What two entry points of the library share is one module. Commands share less, and load it apart.
    codeSplitting: neutral
      ? { groups: [{ name: 'shared', test: isNoBinary, minShareCount: 2 }] }
      : true,
    // Annotations of purity let a page's bundler drop more.
    comments: { annotation: true, legal: true, jsdoc: false },
    sourcemap: true,
    // The library is published with its sources beside it.
    sourcemapExcludeSources: neutral,
    plugins: [asciiBinaries],
  })
  await build.close()
  return new Set(output.map(({ fileName }) => fileName))
}

/** The bundler writes the characters that `writeBinaryText` escapes; what is published shall be ASCII. */
const asciiBinaries = {
  name: 'ascii-binaries',
  generateBundle(_, bundle) {
    for (const output of Object.values(bundle)) {
      if (!BINARY.test(output.facadeModuleId ?? '')) continue
      output.code = output.code.replace(
        /[^\0-\x7f]/g,
        (character) => `\\x${character.charCodeAt(0).toString(16)}`,
      )
    }
  },
}

/** `./dist/a/b.js` in the manifest's exports is made of `src/a/b.ts`. */
function exportedEntries({ exports = {} }) {
  return Object.fromEntries(
    Object.values(exports).map(({ default: file }) => {
      const name = file.replace(/^\.\/dist\//, '').replace(/\.js$/, '')
      return [name, `${name}.ts`]
    }),
  )
}

function isOutside({ dependencies = {} }, id) {
  const [first, second] = id.split('/')
  return (
    id.startsWith('node:') || (first.startsWith('@') ? `${first}/${second}` : first) in dependencies
  )
}

function isNoBinary(id) {
  return !BINARY.test(id)
}
