import { describe, expect, it } from 'vitest'
import { LinearMemory } from './linearMemory.ts'

describe('linear memory', () => {
  it('gives zeroed blocks on their own cache lines, also where something stood before', () => {
    const memory = new LinearMemory(false)
    const first = memory.allocate(100)
    memory.floats(first, 25).fill(7)
    memory.release(first)
    const again = memory.allocate(300)
    expect(again).toBe(first)
    expect(again % 64).toBe(0)
    expect(memory.floats(again, 75).every((value) => value === 0)).toBe(true)
    expect(memory.allocate(1)).toBeGreaterThanOrEqual(again + 300)
  })

  it('grows the free end instead of leaving it behind', () => {
    const memory = new LinearMemory(false)
    const megabyte = 1 << 20
    const block = memory.allocate(megabyte)
    memory.release(block)
    expect(memory.allocate(2 * megabyte)).toBe(block)
    expect(memory.memory.buffer.byteLength).toBeLessThan(2.2 * megabyte)
  })

  it('merges neighbours that are free', () => {
    const memory = new LinearMemory(false)
    const [a = 0, b = 0, c = 0] = [0, 1, 2].map(() => memory.allocate(64))
    const end = memory.allocate(64)
    for (const address of [c, a, b]) memory.release(address)
    expect(memory.allocate(192)).toBe(a)
    expect(end).toBe(a + 192)
  })

  it('takes everything back when one of several blocks does not fit', () => {
    const memory = new LinearMemory(false)
    const makeTwo = () => [memory.allocate(64), memory.allocate(5e9)]
    expect(() => memory.allOrNothing(makeTwo)).toThrow(/4295 MB/)
    const next = memory.allocate(64)
    expect(() => memory.allOrNothing(makeTwo)).toThrow(/4295 MB/)
    expect(memory.allocate(64)).toBe(next + 64)
  })

  it('keeps to a limit, and says what does not fit before it takes anything', () => {
    const megabyte = 1 << 20
    const memory = new LinearMemory(false, 8 * megabyte)
    const block = memory.allocate(5 * megabyte)
    expect(() => memory.requireRoom(new Map([['scratch', 2 * megabyte]]))).not.toThrow()
    const needs = new Map([
      ['intermediates', 3 * megabyte],
      ['scratch', megabyte],
    ])
    expect(() => memory.requireRoom(needs)).toThrow(
      /at most 8\.4 MB[\s\S]*9\.4 MB: 3\.1 MB of intermediates, 1\.0 MB of scratch, 5\.2 MB in use/,
    )
    expect(() => memory.allocate(4 * megabyte)).toThrow(/at most 8\.4 MB/)
    expect(memory.memory.buffer.byteLength).toBeLessThanOrEqual(8 * megabyte)
    memory.release(block)
    expect(memory.allocate(7 * megabyte)).toBe(block)
  })
})
