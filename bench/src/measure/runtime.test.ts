import { describe, expect, it } from 'vitest'
import { findRuntimes } from './runtime.ts'

describe('findRuntimes', () => {
  it('describes the Node that runs it, relaxed SIMD and all', () => {
    const { runtimes } = findRuntimes(['this'])
    expect(runtimes).toMatchObject([{ node: process.versions.node, v8: process.versions.v8 }])
    const major = Number(process.versions.node.split('.')[0])
    // On by default since V8 11.4, which Node 21 was the first to have.
    expect(runtimes[0]?.relaxedSimd).toBe(major >= 21)
  })

  it('takes a Node once, under whatever names it was asked for', () => {
    expect(findRuntimes(['this', process.execPath]).runtimes).toHaveLength(1)
  })

  it('says in words what could not be had', () => {
    const { runtimes, missing } = findRuntimes(['no/such/node'])
    expect(runtimes).toEqual([])
    expect(missing[0]).toMatch(/^Node no\/such\/node: /)
  })
})
