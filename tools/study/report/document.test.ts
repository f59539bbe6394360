import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Terminal } from '../../../apps/cli/src/terminal/terminal.ts'
import type { Variant } from '../networks/variant.ts'
import type { RunRecord } from '../runs/task.ts'
import { studyDocument } from './document.ts'
import type { Results, TaskResults } from './results.ts'
import { reportAgain } from './writeReport.ts'

function record(
  variant: Variant,
  seed: number,
  items: readonly number[],
  more: Partial<RunRecord> = {},
): RunRecord {
  return {
    ...{ format: 'sluice study run 1', id: `${variant}-${seed}`, task: 'x', variant, seed },
    ...{ purpose: 'study', rate: 0.01, widths: [4], settings: '', device: 'wasm-x', steps: 20 },
    costs: { parameters: 1234, multiplyAdds: 5_600_000 },
    curve: [1, 2].map((epoch) => ({
      ...{ type: 'epoch', epoch, step: epoch * 10, learningRate: 0.01, trainLoss: 1 },
      ...{ validLoss: 1, validPsnr: 12 + epoch },
    })),
    items,
    score: items.reduce((a, b) => a + b, 0) / items.length,
    ...more,
  }
}

/** A task in which the gated network leads by so much, give or take what each seed adds. */
function task(name: string, lead: number, scatter: number): TaskResults {
  const variants = ['gated', 'plain'] as const
  const runs = [1, 2, 3].flatMap((seed) =>
    variants.map((variant) => {
      const more = variant === 'gated' ? lead + scatter * (seed - 2) : 0
      return record(variant, seed, [15 + more, 16 + more, 17 + more, 15.5 + more])
    }),
  )
  const rates = variants.flatMap((variant) =>
    [0.01, 0.1].map((rate) => record(variant, 1000, [], { purpose: 'rate', rate })),
  )
  return {
    ...{ name, title: 'Filling holes', measure: 'psnr', batch: 8, input: [1, 4, 48, 48] },
    ...{ counts: [25, 32, 4], clusters: [0, 0, 1, 1], rates, runs },
    networks: variants.map((variant) => ({
      ...{ variant, widths: [4], stepMs: 12.3 },
      costs: { parameters: 1234, multiplyAdds: 5_600_000 },
    })),
  }
}

function results(...tasks: readonly TaskResults[]): Results {
  return {
    ...{ format: 'sluice study 1', tasks, gates: [], harmonic: [14, 15, 16, 15] },
    circumstances: {
      ...{ node: 'v24.1.0', platform: 'linux x64', processor: 'a processor', threads: 1 },
      device: 'wasm-relaxed-simd-1',
    },
  }
}

/** The document in one line, wherever its lines are wrapped. */
function flat(of: Results): string {
  return studyDocument(of).replace(/\s+/g, ' ')
}

describe('the document', () => {
  it('says that gating helps when both intervals say so', () => {
    const text = flat(results(task('inpainting', 1, 0.1)))
    expect(text).toMatch(/gating came out ahead in 1\./)
    // ±0.1 over three seeds: 1 ± 4.3027 · 0.1/√3 = 1 ± 0.248.
    expect(text).toMatch(
      /\*\*gated is better than plain\*\*: \+1\.00 dB \(over seeds \+0\.75 to \+1\.25/,
    )
    expect(text).toMatch(/1,234 \| 5\.60 M \| 12 ms/)
    expect(text).toMatch(/harmonic filling, which learns nothing, has 15\.00 dB/)
  })

  it('says that it hurts when both intervals say so', () => {
    const text = flat(results(task('inpainting', -1, 0.1)))
    expect(text).toMatch(/\*\*gated is worse than plain\*\*: −1\.00 dB/)
    expect(text).toMatch(/gating came out behind in 1\./)
    expect(text).toMatch(/the gated network is worse than plain \(−1\.00 dB\)/)
    expect(text).not.toMatch(/better than/)
  })

  it('says that it cannot tell when an interval holds zero', () => {
    const text = flat(results(task('inpainting', 0.5, 1)))
    expect(text).toMatch(/gating came out undecided in 1\./)
    expect(text).toMatch(/the interval over seeds holds zero/)
    expect(text).toMatch(/not to be told from plain/)
  })

  it('is made again from its numbers, with plots, and the same every time', () => {
    const out = mkdtempSync(join(tmpdir(), 'sluice-report-'))
    try {
      const silent = new Terminal({ quiet: true })
      expect(() => reportAgain(out, silent)).toThrow(/run the study first/)
      mkdirSync(join(out, 'study'))
      const path = join(out, 'study', 'results.json')
      writeFileSync(path, JSON.stringify(results(task('inpainting', 1, 0.1))))
      const read = () =>
        ['does-the-gate-help.md', 'study/curves.svg', 'study/differences.svg'].map((name) =>
          readFileSync(join(out, name), 'utf8'),
        )
      reportAgain(out, silent)
      const first = read()
      reportAgain(out, silent)
      expect(read()).toEqual(first)
      for (const text of first) expect(text).not.toMatch(/NaN|undefined|Infinity/)
      expect(first[1]).toMatch(/^<svg /)
      writeFileSync(path, '{"format":"another"}')
      expect(() => reportAgain(out, silent)).toThrow(/results\.json/)
    } finally {
      rmSync(out, { recursive: true })
    }
  })
})
