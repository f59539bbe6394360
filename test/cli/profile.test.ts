import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  compile,
  gatedConv2d,
  type Module,
  readWeights,
  reference,
  type Shape,
  sequential,
  spatioTemporalGatedConvNet,
  writeModelFile,
} from 'sluice'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonLines, sluice } from './sluiceCommand.ts'

let folder = ''
const at = (name: string): string => join(folder, name)

function writeModel(name: string, model: Module, clip: Shape, stated: boolean): void {
  const session = compile(model, { device: reference(), input: [1, ...clip] })
  const file = { model, weights: readWeights(session), classes: [] }
  writeFileSync(at(name), writeModelFile(stated ? { ...file, input: clip } : file))
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-profile-'))
  const classifier = spatioTemporalGatedConvNet({ classes: 3, widths: [4, 8] })
  writeModel('classifier.safetensors', classifier, [3, 4, 8, 8], true)
  const painter = sequential([
    gatedConv2d(3, 8, { kernelSize: 3, padding: 1 }),
    gatedConv2d(8, 3, { kernelSize: 3, padding: 1 }),
  ])
  writeModel('painter.safetensors', painter, [3, 12, 12], false)
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Printed {
  readonly input: readonly number[]
  readonly steps: readonly { readonly op: string; readonly ms: number; readonly kernel: string }[]
  readonly runs: number
  readonly device: string
}

function printed(...args: string[]): Printed {
  const { status, stdout, stderr } = sluice(['profile', ...args, '--json'], folder)
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return jsonLines(stdout)[0] as unknown as Printed
}

describe('profile', () => {
  it('lists steps in order with kernels, times and reasons', () => {
    const { status, stdout } = sluice(['profile', 'classifier.safetensors', '--runs', '2'], folder)
    expect(status).toBe(0)
    expect(stdout).toContain('input [1, 3, 4, 8, 8]')
    expect(stdout).toMatch(/ 0 {2}gated_conv1 .*\d\.\d{3} .*%/)
    expect(stdout).toContain('a whole run')
    expect(stdout).toMatch(/kernel +why/)
    expect(stdout).not.toContain('\u001b[')
  })

  it('writes names and reasons whole where no terminal is too narrow for them', () => {
    const args = ['profile', 'classifier.safetensors', '--training', '--runs', '1']
    const { stdout } = sluice(args, folder)
    expect(stdout).toMatch(/gated_conv2 +convBackwardInput-f32-winograd4x4 /)
    expect(stdout).not.toContain('…')
  })

  it('profiles a training step, for any batch, as one JSON object', () => {
    const forward = printed('classifier.safetensors', '--batch', '3', '--runs', '1')
    expect(forward.input).toEqual([3, 3, 4, 8, 8])
    const training = printed(
      'classifier.safetensors',
      '--training',
      '--runs',
      '2',
      '--threads',
      '2',
    )
    expect(training.runs).toBe(2)
    expect(training.steps.length).toBeGreaterThan(forward.steps.length)
    expect(training.steps.map(({ op }) => op)).toContain('adamwUpdate')
    expect(training.steps.some(({ ms }) => ms > 0)).toBe(true)
  })

  it('uses direct sums only when asked to', () => {
    expect(printed('classifier.safetensors', '--exact', '--runs', '1').device).toContain('exact')
  })

  it('trains a network without classes towards targets, at a size that is given', () => {
    const { input, steps } = printed(
      ...['painter.safetensors', '--input', '2,3,10,14', '--training', '--runs', '1'],
    )
    expect(input).toEqual([2, 3, 10, 14])
    expect(steps.map(({ op }) => op)).toContain('elementLoss')
  })

  it('writes a trace that a viewer can open', () => {
    const args = ['profile', 'classifier.safetensors', '--runs', '1', '--trace', 'trace.json']
    expect(sluice(args, folder).status).toBe(0)
    const { traceEvents } = JSON.parse(readFileSync(at('trace.json'), 'utf8'))
    const lasting = traceEvents.filter(({ ph }: { ph: string }) => ph === 'X')
    expect(lasting.length).toBeGreaterThan(2)
    for (const { ts, dur, pid, tid, name } of lasting) {
      expect([ts, dur, pid, tid].every((value) => Number.isFinite(value))).toBe(true)
      expect(name).not.toBe('')
    }
  })

  it('wants to know the input, once, and says so', () => {
    const unknown = sluice(['profile', 'painter.safetensors'], folder)
    expect(unknown.status).toBe(2)
    expect(unknown.stderr).toContain('1,3,256,256')
    const twice = ['profile', 'painter.safetensors', '--input', '1,3,8,8', '--batch', '2']
    expect(sluice(twice, folder).status).toBe(2)
    expect(sluice(['profile', 'classifier.safetensors', '--runs', '0'], folder).status).toBe(2)
  })

  it.each(['', '--training'])('refuses an input that weights do not fit %s', (training) => {
    const args = ['classifier.safetensors', '--input', '1,3,4,9,9', '--trace', 'none.json']
    const { status, stderr } = sluice(
      ['profile', ...args, ...training.split(' ').filter(Boolean)],
      folder,
    )
    expect(status).toBe(1)
    expect(stderr).toContain('fc1.weight')
    expect(existsSync(at('none.json'))).toBe(false)
  })

  it('does not write its trace over the model', () => {
    const args = ['profile', 'classifier.safetensors', '--trace', 'classifier.safetensors']
    const { status, stderr } = sluice(args, folder)
    expect(status).not.toBe(0)
    expect(stderr).not.toContain('-o')
    expect(sluice(['inspect', 'classifier.safetensors'], folder).status).toBe(0)
  })
})
