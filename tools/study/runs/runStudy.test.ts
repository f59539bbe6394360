import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Device } from 'sluice'
import { wasm } from 'sluice/wasm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Terminal } from '../../../apps/cli/src/terminal/terminal.ts'
import { runStudy } from './runStudy.ts'
import type { Material, Task } from './task.ts'
import { tinyTask } from './tinyTask.test.support.ts'

let folder = ''
let device: Device
beforeAll(async () => {
  device = await wasm({ threads: 1 })
})
afterAll(async () => {
  await device.dispose()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-study-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const silent = new Terminal({ quiet: true, stderr: { write: () => {} } })

function study(task: Task, signal = new AbortController().signal, where = folder) {
  return runStudy([task], [1, 2], { folder: where, device, terminal: silent, signal })
}

/** The task with something that happens before every batch of training. */
function disturbed(task: Task, onBatch: () => void): Task {
  const prepare: Task['prepare'] = async (terminal, signal) => {
    const material = await task.prepare(terminal, signal)
    if (material === undefined) return undefined
    const batches: Material['batches'] = async function* (seed, epoch, first) {
      for await (const batch of material.batches(seed, epoch, first)) {
        onBatch()
        yield batch
      }
    }
    return { ...material, batches }
  }
  return { ...task, prepare }
}

function contents(where: string): Record<string, string> {
  const names = readdirSync(where).filter((name) => /\.(?:json|safetensors)$/.test(name))
  return Object.fromEntries(
    names.sort().map((name) => [name, readFileSync(join(where, name), 'base64')]),
  )
}

describe('a study', () => {
  it('leaves a record and a model of every run, and makes none of them twice', async () => {
    const { tasks, missing } = await study(tinyTask())
    expect(missing).toEqual([])
    const [first] = tasks
    expect(first?.rates).toHaveLength(4)
    expect(first?.runs.map(({ id }) => id)).toEqual([
      ...['tiny-gated-seed-1', 'tiny-plain-seed-1', 'tiny-gated-seed-2', 'tiny-plain-seed-2'],
    ])
    for (const { items = [], score, curve, steps } of first?.runs ?? []) {
      expect(items).toHaveLength(8)
      expect(score).toBe(items.reduce((a, b) => a + b, 0) / 8)
      expect([curve.length, steps]).toEqual([2, 6])
    }
    const made = contents(folder)
    let batches = 0
    const again = await study(
      disturbed(tinyTask(), () => {
        batches++
      }),
    )
    expect(batches).toBe(0)
    expect(again.tasks[0]?.runs).toEqual(first?.runs)
    expect(contents(folder)).toEqual(made)
  })

  it('stopped and killed again and again leaves the same bytes as one left alone', async () => {
    const alone = mkdtempSync(join(tmpdir(), 'sluice-study-'))
    try {
      await study(tinyTask(), undefined, alone)
      let calls = 0
      for (;;) {
        calls++
        let batches = 0
        const stop = new AbortController()
        const task = disturbed(tinyTask(), () => {
          batches++
          // In turn as by a kill, which leaves what is on the disk, and as by Ctrl-C, which is heard.
          if (batches === 5 && calls % 2 === 0) throw new Error('killed')
          if (batches === 5) stop.abort()
        })
        const result = await study(task, stop.signal).catch((error: Error) => {
          if (error.message !== 'killed') throw error
          return undefined
        })
        if (result?.missing.length === 0) break
        if (result !== undefined) expect(stop.signal.aborted).toBe(true)
        expect(calls).toBeLessThan(40)
      }
      expect(calls).toBeGreaterThan(4)
      expect(contents(folder)).toEqual(contents(alone))
    } finally {
      rmSync(alone, { recursive: true })
    }
  })

  it('names what is missing when it is stopped, and does not train then', async () => {
    const stop = new AbortController()
    stop.abort()
    const { tasks, missing } = await study(tinyTask(), stop.signal)
    expect(tasks).toEqual([])
    expect(missing).toHaveLength(8)
    expect(missing).toContain('tiny-plain-seed-2')
  })

  it('makes a run again when its settings are others', async () => {
    await study(tinyTask())
    const other = { ...tinyTask(), settings: { something: 'else' } }
    const { tasks } = await study(other)
    const { tasks: before } = await study(tinyTask())
    expect(tasks[0]?.runs[0]?.settings).not.toBe(before[0]?.runs[0]?.settings)
    expect(tasks[0]?.runs[0]?.items).toEqual(before[0]?.runs[0]?.items)
  })

  it('refuses a record that is none', async () => {
    await study(tinyTask())
    writeFileSync(join(folder, 'tiny-gated-seed-1.json'), '{"format":')
    await expect(study(tinyTask())).rejects.toThrow(/tiny-gated-seed-1\.json[\s\S]*delete the file/)
  })
})
