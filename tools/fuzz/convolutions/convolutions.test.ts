import { describe, expect, it } from 'vitest'
import { reference } from '../../../packages/sluice/src/entrypoints/testing.ts'
import { formatFinding, fuzz } from '../fuzzer.ts'
import { convolutionCase } from './convolutionCase.ts'
import { convolutionFuzzer, fuzzerOf } from './convolutionFuzzer.ts'

const seed = 20240611
const milliseconds = 50_000

describe('convolutions of any shape', () => {
  it('agree with float64 loops and have the same bits at 1, 2 and 3 threads', async () => {
    const fuzzer = await convolutionFuzzer()
    try {
      const { kinds, findings } = await fuzz(fuzzer, { seed, count: fuzzer.quick, milliseconds })
      expect(findings.map((finding) => formatFinding(fuzzer, finding))).toEqual([])
      // A fuzzer that never meets the fast kernels would prove little.
      const kernels = [...kinds.keys()].join(' ')
      for (const op of ['conv', 'gatedConv', 'convBackwardInput', 'convBackwardWeight']) {
        expect(kernels).toContain(`${op}-f32-direct`)
        expect(kernels).toContain(`${op}-f32-winograd`)
      }
    } finally {
      await fuzzer.dispose?.()
    }
  })

  it('are the same for the same seed and round', () => {
    expect(convolutionCase(seed, 7)).toEqual(convolutionCase(seed, 7))
    expect(convolutionCase(seed, 7)).not.toEqual(convolutionCase(seed, 8))
  })

  it('show a device that is off by two parts in a hundred thousand (canary)', async () => {
    const right = reference()
    const off: typeof right = {
      ...right,
      load(plan, variables) {
        const executable = right.load(plan, variables)
        const read = executable.read.bind(executable)
        executable.read = (value) => read(value).map((x) => x * (1 + 2e-5))
        return executable
      },
    }
    const count = 20
    const wrong = await fuzz(fuzzerOf(off), { seed, count, milliseconds })
    expect(wrong.findings.length).toBeGreaterThan(count / 2)
    expect((await fuzz(fuzzerOf(right), { seed, count, milliseconds })).findings).toEqual([])
  })
})
