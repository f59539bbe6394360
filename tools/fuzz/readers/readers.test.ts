import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatFinding, fuzz } from '../fuzzer.ts'
import { conductOf, readerFuzzer } from './readerFuzzer.ts'
import { type FuzzedReader, fuzzedReaders } from './readers.ts'

const seed = 20240611
const milliseconds = 45_000
const cases = new URL('./cases/', import.meta.url)
const readers = fuzzedReaders()

describe.each(readers.map((reader) => [reader.name, reader] as const))('%s', (_, reader) => {
  it('reads the files that are then spoilt', async () => {
    for (const source of reader.sources) {
      expect(await conductOf(reader.read, source)).toEqual({ refused: false, problem: undefined })
    }
  })

  it('reads a spoilt file or refuses it with a reason, soon and in little memory', async () => {
    const fuzzer = readerFuzzer(reader)
    const { rounds, kinds, findings } = await fuzz(fuzzer, {
      seed,
      count: fuzzer.quick,
      milliseconds,
    })
    expect(findings.map((finding) => formatFinding(fuzzer, finding))).toEqual([])
    expect(rounds).toBe(fuzzer.quick)
    // Changes that break nothing, or everything, would prove nothing.
    expect(kinds.get('refused')).toBeGreaterThan(rounds / 10)
    expect(kinds.get('read')).toBeGreaterThan(rounds / 100)
  })
})

describe('inputs that are kept: what once did harm, and what readers of other libraries fell over', () => {
  it.each(readdirSync(cases).filter((name) => name.endsWith('.bin')))('%s', async (name) => {
    const reader = readers.find((one) => name.startsWith(`${one.name}-`))
    if (reader === undefined) throw new Error(`no reader for ${name}`)
    const bytes = new Uint8Array(readFileSync(new URL(name, cases)))
    expect((await conductOf(reader.read, bytes)).problem).toBeUndefined()
  })
})

describe('canaries', () => {
  const [sound] = readers
  const first = async (read: FuzzedReader['read']) => {
    if (sound === undefined) throw new Error('no readers')
    const fuzzer = readerFuzzer({ ...sound, read })
    const { findings } = await fuzz(fuzzer, { seed, count: 50, milliseconds })
    return findings.map((finding) => formatFinding(fuzzer, finding)).join('\n')
  }

  it('a reader that throws what is no SluiceError is noticed, with the command that shows it', async () => {
    const found = await first((bytes) => new DataView(bytes.buffer).getFloat64(bytes.length))
    expect(found).toMatch(/seed 20240611, round 0: threw RangeError/)
    expect(found).toContain('npm run fuzz -- safetensors --seed 20240611 --from 0 --count 1')
  })

  it('one that takes much memory is noticed', async () => {
    expect(await first(() => new Uint8Array(64_000_000))).toMatch(/round 0: allocated 64 MB/)
  })

  it('one that takes long is noticed', async () => {
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1600))
    }
    const fuzzer = readerFuzzer({ name: 'slow', read: slow, sources: [], mutate: (bytes) => bytes })
    expect((await fuzzer.run(seed, 0)).problem).toMatch(/took \d+ ms/)
  })
})
