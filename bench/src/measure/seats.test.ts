import { describe, expect, it } from 'vitest'
import { CASES } from '../cases.ts'
import { PEERS } from '../peers/registry.ts'
import { seatName, seatsOf } from './seats.ts'

const NODES = ['20.20.2', '24.21.0']

function seatsIn(caseName: string, peer: string, threads = [1, 2]) {
  const thing = CASES.find(({ name }) => name === caseName)
  if (thing === undefined) throw new Error(`no case ${caseName}`)
  return seatsOf(thing, PEERS, NODES, threads).filter((seat) => seat.peer.name === peer)
}

describe('seatsOf', () => {
  it('runs what is in V8 under every Node and with every thread count', () => {
    expect(seatsIn('forward1', 'sluice').map(seatName)).toEqual([
      'sluice, Node 20, 1 thread',
      'sluice, Node 20, 2 threads',
      'sluice, Node 24, 1 thread',
      'sluice, Node 24, 2 threads',
    ])
    expect(seatsIn('forward1', 'onnxruntime-web')).toHaveLength(4)
  })

  it('runs native peers once, whatever the Node', () => {
    expect(seatsIn('forward1', 'pytorch').map(seatName)).toEqual([
      'pytorch, 1 thread',
      'pytorch, 2 threads',
    ])
  })

  it('runs slow peers with one example under the newest Node, and not where that is another case', () => {
    expect(seatsIn('train8', 'tfjs')).toMatchObject([{ node: '24.21.0', threads: 1, batch: 1 }])
    expect(seatsIn('forward8', 'tfjs')).toEqual([])
    expect(seatsIn('train8', 'tfjs', [2])).toEqual([])
  })

  it('asks nobody to train who cannot', () => {
    expect(seatsIn('train8', 'onnxruntime-node')).toEqual([])
    expect(seatsIn('train8', 'pytorch')).toHaveLength(2)
  })

  it('puts ourselves first: the others are held against us', () => {
    for (const thing of CASES) {
      expect(seatsOf(thing, PEERS, NODES, [1])[0]?.peer.group).toBe('ours')
    }
  })
})
