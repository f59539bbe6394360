import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tensor, toFloat32 } from 'sluice'
import { writeSafetensors } from 'sluice/formats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findClips } from './findClips.ts'
import { loadTensor } from './loadRecording.ts'
import { temporaryFolder } from './media.test.support.ts'
import { readTensor } from './tensorFiles.ts'

/** Files of [2, 3, 4] with the numbers from −3 to 20, written by numpy. */
const numpy = (name: string): string =>
  fileURLToPath(new URL(`../../../../fixtures/numpy/${name}`, import.meta.url))
const counting = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)

const folder = temporaryFolder()
const at = (name: string): string => join(folder.path, name)
beforeAll(() => {
  mkdirSync(at('wave'))
  const two = new Map([
    ['a', tensor([2, 3], counting(0, 6))],
    ['layer/b', tensor([3], [7, 8, 9])],
  ])
  writeFileSync(at('wave/two.safetensors'), writeSafetensors(two))
  writeFileSync(at('wave/one.safetensors'), writeSafetensors(new Map([['x', tensor([2])]])))
  writeFileSync(at('wave/cut.npy'), 'not numpy')
})
afterAll(folder.remove)

describe('readTensor', () => {
  it.each(['f4-little.npy', 'i8-big.npy', 'fortran.npy', 'stored.npz#a', 'deflated.npz#a'])(
    'reads %s whole and by its first axis',
    async (name) => {
      const [file = '', member] = name.split('#')
      const whole = await readTensor(numpy(file), member)
      expect(whole.shape).toEqual([2, 3, 4])
      expect([...toFloat32(whole).data]).toEqual(counting(-3, 21))
      const second = await readTensor(numpy(file), member === undefined ? '1' : `${member}#1`)
      expect(second.shape).toEqual([3, 4])
      expect([...toFloat32(second).data]).toEqual(counting(9, 21))
    },
  )

  it('reads arrays of safetensors by name and place', async () => {
    const path = at('wave/two.safetensors')
    expect((await readTensor(path, 'layer/b')).data).toEqual(Float32Array.of(7, 8, 9))
    expect((await readTensor(path, 'a#1')).data).toEqual(Float32Array.of(3, 4, 5))
    expect((await readTensor(at('wave/one.safetensors'), undefined)).shape).toEqual([2])
  })

  it('says what there is when something else is asked for', async () => {
    const path = at('wave/two.safetensors')
    await expect(readTensor(path, undefined)).rejects.toThrow(/several arrays[\s\S]*a, layer\/b/)
    await expect(readTensor(path, 'c')).rejects.toThrow(/no such array[\s\S]*a, layer\/b/)
    await expect(readTensor(path, 'a#2')).rejects.toThrow(/a place from 0 to 1/)
    await expect(readTensor(numpy('f4-little.npy'), '2')).rejects.toThrow(/0 to 1[\s\S]*2/)
    await expect(readTensor(numpy('f4-little.npy'), 'x')).rejects.toThrow(/without a name/)
    await expect(readTensor(numpy('scalar.npy'), '0')).rejects.toThrow(/array with axes/)
    await expect(readTensor(at('gone.npy'), undefined)).rejects.toThrow(/no such file/)
  })
})

describe('arrays as clips', () => {
  it('are found in class folders, several in one file each for itself', async () => {
    const skipped: { path: string; reason: string }[] = []
    const clips = await findClips(folder.path, 'wave', skipped)
    expect(clips.map(({ path }) => path)).toEqual([
      'wave/cut.npy',
      'wave/one.safetensors',
      'wave/two.safetensors#a',
      'wave/two.safetensors#layer/b',
    ])
    expect(skipped).toEqual([])
    await expect(loadTensor(at('wave/cut.npy'), undefined)).rejects.toThrow(/not an \.npy file/)
  })

  it('can be a part of an array, by steps', async () => {
    const clip = await loadTensor(`${at('wave/two.safetensors')}#a#t=1,3`, 'CD')
    expect([...clip.data]).toEqual([1, 2, 4, 5])
    const beyond = loadTensor(`${at('wave/two.safetensors')}#a#t=1,4`, 'CD')
    await expect(beyond).rejects.toThrow(/no such steps[\s\S]*up to 3/)
  })
})
