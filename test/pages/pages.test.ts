/** The built library in a real browser, served as it is: the same bits as in Node, threads or not. */
import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Chromium, findChromium, startChromium } from './chromium.ts'
import { builtFile, type Server, servePages } from './servePages.ts'
import { work } from './work.mjs'

const program = findChromium()
/** Where the system's packages could not be reached, `.ci/run` says so here and at its end. */
const cannotInstall = process.env.SLUICE_NO_CHROMIUM
const missing = program === undefined ? (cannotInstall ?? 'chromium is not installed') : undefined
if (missing !== undefined && cannotInstall === undefined && process.env.CI === 'true') {
  throw new Error(missing)
}
const reason = missing === undefined ? '' : ` (skipped: ${missing})`

/** A busy machine takes its time to start a browser. */
const START_MS = 120_000

type Bits = Awaited<ReturnType<typeof work>>

// A browser is no part of the repository; the title says when and why these are skipped.
describe.skipIf(missing !== undefined)(`in a page of chromium${reason}`, () => {
  let chromium: Chromium
  const servers: Server[] = []
  let isolated: Server
  let plain: Server
  const serve = async (site: Parameters<typeof servePages>[0]): Promise<Server> => {
    const server = await servePages(site)
    servers.push(server)
    return server
  }
  beforeAll(async () => {
    chromium = await startChromium(program ?? '')
    isolated = await serve({ isolated: true })
    plain = await serve({ isolated: false })
  }, START_MS)
  afterAll(async () => {
    await chromium?.close()
    await Promise.all(servers.map((server) => server.close()))
  }, START_MS)

  async function inPage(server: Server, options: Readonly<Record<string, string>>): Promise<Bits> {
    const address = `${server.origin}/page.html?${new URLSearchParams(options)}`
    return (await chromium.resultOf(address)) as Bits
  }
  const bitsOf = ({ outputs, losses, weights, signature, profiledSteps, filled }: Bits) => {
    return { outputs, losses, weights, signature, profiledSteps, filled }
  }

  describe.each(['portable', 'machine'])('with %s arithmetic', (deterministic) => {
    let expected: Bits
    beforeAll(async () => {
      // Chromium has relaxed SIMD; Node 20 has it behind a flag, which later ones do not know.
      if (process.version.startsWith('v20.')) {
        setFlagsFromString('--experimental-wasm-relaxed-simd')
      }
      expected = await work({ threads: '2', deterministic })
    }, START_MS)

    it.each(['page', 'worker'])('a %s with threads gives the bits of Node', async (where) => {
      const bits = await inPage(isolated, { threads: '3', deterministic, where })
      expect(bits.isolated).toBe(true)
      expect(bitsOf(bits)).toEqual(bitsOf(expected))
      expect(bits.workers).toBe(2)
    })

    it.each(['page', 'worker'])('a %s without isolation gives them too', async (where) => {
      const bits = await inPage(plain, { threads: '3', deterministic, where })
      expect(bits.isolated).toBe(false)
      expect(bitsOf(bits)).toEqual(bitsOf(expected))
      expect(bits.workers).toBe(0)
    })
  })

  it('one thread starts no worker, and as many as there are cores is the default', async () => {
    expect((await inPage(isolated, { threads: '1' })).workers).toBe(0)
    const cores = await inPage(isolated, {})
    expect(cores.losses).toEqual((await inPage(plain, {})).losses)
  })

  it('loads one binary and nothing of Node', async () => {
    const server = await serve({ isolated: true })
    await inPage(server, { deterministic: 'portable' })
    const modules = server.served.filter((path) => path.startsWith('/sluice/'))
    const binaries = modules.filter((path) => path.includes('/binaries/'))
    expect(binaries.map((path) => path.split('/').at(-1))).toEqual(['plainShared.js'])
    const others = modules.filter((path) => !binaries.includes(path))
    for (const path of others) {
      const code = readFileSync(builtFile(path), 'utf8')
      expect(code, path).toMatch(/export ?\{/)
      expect(code, path).not.toMatch(/(?:from|import) ?["'`](?!\.)/)
    }
  })

  it('says which word in the policy forbids it', async () => {
    const strict = await serve({ isolated: true, policy: "script-src 'self'" })
    await expect(inPage(strict, { threads: '1' })).rejects.toThrow(/wasm-unsafe-eval/)
    const policy = "script-src 'self' 'wasm-unsafe-eval'"
    const noWorkers = await serve({ isolated: true, policy })
    await expect(inPage(noWorkers, { threads: '2' })).rejects.toThrow(/worker-src blob:/)
    expect((await inPage(noWorkers, { threads: '1' })).workers).toBe(0)
    const open = await serve({ isolated: true, policy: `${policy}; worker-src blob:` })
    expect((await inPage(open, { threads: '2' })).workers).toBeGreaterThan(0)
  })
})
