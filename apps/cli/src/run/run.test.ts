import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { SluiceError } from 'sluice'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkWritable, writeAtomically } from '../files/atomicFile.ts'
import { Records } from './records.ts'
import { RunFolder, runFolderOf } from './runFolder.ts'
import { RunLock } from './runLock.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-run-'))
})
afterEach(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true })
})

describe('atomic files', () => {
  it('replace what was there and leave no temporary file', () => {
    const path = join(folder, 'a.txt')
    writeAtomically(path, 'one')
    writeAtomically(path, 'two')
    expect(readFileSync(path, 'utf8')).toBe('two')
    expect(readdirSync(folder)).toEqual(['a.txt'])
  })
  it.skipIf(process.platform === 'win32')(
    'leave devices in their place, and write to them (skipped: Windows has none that are files)',
    () => {
      const path = join(folder, 'nothing')
      symlinkSync('/dev/null', path)
      checkWritable(path)
      writeAtomically(path, 'gone')
      expect(lstatSync(path).isSymbolicLink()).toBe(true)
      expect(readdirSync(folder)).toEqual(['nothing'])
    },
  )
  it('say what is wrong with an output before any work is done', () => {
    expect(() => checkWritable(join(folder, 'none', 'a.txt'))).toThrow(/mkdir -p/)
    expect(() => checkWritable(folder)).toThrow(/is a folder/)
    const path = join(folder, 'a.txt')
    writeFileSync(path, 'kept')
    checkWritable(path)
    expect(readFileSync(path, 'utf8')).toBe('kept')
    expect(readdirSync(folder)).toEqual(['a.txt'])
  })
  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'name a folder that may not be written (skipped: root may write anywhere, Windows has no such mode)',
    () => {
      chmodSync(folder, 0o500)
      expect(() => checkWritable(join(folder, 'a.txt'))).toThrow(/cannot be written/)
    },
  )
})

describe('the lock of a run', () => {
  it('is held by one process at a time', async () => {
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30000)'])
    try {
      const path = join(folder, 'lock')
      writeFileSync(
        path,
        JSON.stringify({ pid: other.pid, host: hostname(), started: startOf(other.pid) }),
      )
      expect(() => RunLock.take(folder)).toThrow(/another process is training/)
      other.kill('SIGKILL')
      await new Promise((resolve) => other.once('exit', resolve))
      const lock = RunLock.take(folder)
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid })
      lock.release()
      expect(readdirSync(folder)).toEqual([])
    } finally {
      other.kill('SIGKILL')
    }
  })
  it('is taken over from a process whose number went to another one', () => {
    const path = join(folder, 'lock')
    // Process 1 always lives, but it did not begin when this lock says.
    writeFileSync(
      path,
      JSON.stringify({ pid: process.ppid, host: hostname(), started: 'long ago' }),
    )
    if (startOf(process.ppid) === '') return
    RunLock.take(folder).release()
  })
  it('of another machine is respected, and the message says how to get rid of it', () => {
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: 1, host: 'elsewhere', started: '' }))
    expect(() => RunLock.take(folder)).toThrow(/delete the lock file/)
  })
  it('that makes no sense is replaced', () => {
    writeFileSync(join(folder, 'lock'), '{"pid":')
    RunLock.take(folder).release()
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('records', () => {
  const lines = (): string => readFileSync(join(folder, 'records.jsonl'), 'utf8')
  it('are cut back to the checkpoint when a run goes on', () => {
    const records = new Records(join(folder, 'records.jsonl'))
    records.keep(0)
    records.append({ epoch: 1 })
    records.append({ epoch: 2 })
    records.keep(1)
    records.append({ epoch: 2, again: true })
    expect(lines()).toBe('{"epoch":1}\n{"epoch":2,"again":true}\n')
  })
  it('lose the part of a line that a kill left', () => {
    writeFileSync(join(folder, 'records.jsonl'), '{"epoch":1}\n{"ep')
    new Records(join(folder, 'records.jsonl')).keep(1)
    expect(lines()).toBe('{"epoch":1}\n')
  })
  it('shorter than the checkpoint says are refused', () => {
    writeFileSync(join(folder, 'records.jsonl'), '{}\n')
    expect(() => new Records(join(folder, 'records.jsonl')).keep(2)).toThrow(/2 lines or more/)
  })
})

describe('the folder of a run', () => {
  const parse = (bytes: Uint8Array, where: string): string => {
    const text = new TextDecoder().decode(bytes)
    if (!text.endsWith('.')) throw new SluiceError('format', 'cut', { where })
    return text
  }
  const output = (): string => join(folder, 'model.safetensors')
  const open = (): RunFolder => RunFolder.open(output())

  it('stands beside the model', () => {
    expect(runFolderOf(join('a', 'model.safetensors'))).toBe(join('a', 'model.run'))
  })
  it('gives the newest checkpoint', () => {
    using run = open()
    expect(run.hasCheckpoint).toBe(false)
    expect(run.readCheckpoint(parse, () => {})).toBeUndefined()
    for (const text of ['one.', 'two.', 'three.'])
      run.writeCheckpoint(new TextEncoder().encode(text))
    expect(run.readCheckpoint(parse, () => {})).toBe('three.')
  })
  it('falls back to the previous checkpoint when the newest is damaged, and says so', () => {
    using run = open()
    run.writeCheckpoint(new TextEncoder().encode('one.'))
    run.writeCheckpoint(new TextEncoder().encode('two.'))
    writeFileSync(join(run.path, 'checkpoint.safetensors'), 'tw')
    const damaged: string[] = []
    expect(run.readCheckpoint(parse, (path) => damaged.push(path))).toBe('one.')
    expect(damaged).toEqual([join(run.path, 'checkpoint.safetensors')])
    run.writeCheckpoint(new TextEncoder().encode('two.'))
    expect(readFileSync(join(run.path, 'checkpoint.previous.safetensors'), 'utf8')).toBe('one.')
  })
  it('says what to do when no checkpoint can be read, and then begins again', () => {
    using run = open()
    for (const text of ['one.', 'two.']) run.writeCheckpoint(new TextEncoder().encode(text))
    for (const name of ['checkpoint', 'checkpoint.previous']) {
      writeFileSync(join(run.path, `${name}.safetensors`), 'tw')
    }
    expect(() => run.readCheckpoint(parse, () => {})).toThrow(/no checkpoint[\s\S]*--resume/)
    expect(run.readCheckpoint(parse, () => {})).toBeUndefined()
  })
  it('falls back when a kill came between the two renames', () => {
    using run = open()
    run.writeCheckpoint(new TextEncoder().encode('one.'))
    const newest = join(run.path, 'checkpoint.safetensors')
    writeFileSync(join(run.path, 'checkpoint.previous.safetensors'), readFileSync(newest))
    rmSync(newest)
    expect(run.hasCheckpoint).toBe(true)
    expect(run.readCheckpoint(parse, () => {})).toBe('one.')
  })
  it('removes what a killed process was writing', () => {
    mkdirSync(join(folder, 'model.run'))
    const leftovers = [
      join(folder, '.model.safetensors.123.partial'),
      join(folder, 'model.run', '.run.json.9.partial'),
      join(folder, 'model.run', '.new.safetensors.9.partial'),
    ]
    for (const path of leftovers) writeFileSync(path, 'half')
    using _run = open()
    expect(RunFolder.peek(output())).toBeUndefined()
    for (const path of leftovers) expect(existsSync(path), path).toBe(false)
  })
  it('keeps its description', () => {
    using run = open()
    const description = {
      format: 'sluice run 1',
      finished: false,
      options: { seed: 3 },
      circumstances: { threads: 2 },
    } as const
    run.writeDescription(description)
    expect(RunFolder.peek(output())).toEqual(description)
    writeFileSync(join(run.path, 'run.json'), '{"format":"other"}')
    expect(() => RunFolder.peek(output())).toThrow(/not the description of a run/)
  })
})

function startOf(pid: number | undefined): string {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return ''
  const status = readFileSync(path, 'utf8')
  return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
