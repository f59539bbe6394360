import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readQtResources } from './qtResources.ts'

const HEADER = 20

/** A resource file of version 1: a root, a folder `birds`, and in it `owl.webp` and, compressed, `jay.webp`. */
function resources({ first = 2 }: { first?: number } = {}): Buffer {
  const owl = Buffer.from('an owl')
  const jay = Buffer.from('a jay, a jay, a jay')
  const packed = Buffer.concat([word(jay.length), deflateSync(jay)])
  const data = Buffer.concat([word(owl.length), owl, word(packed.length), packed])
  const names = ['birds', 'owl.webp', 'jay.webp'].map(nameOf)
  const [birds = names[0], ...files] = names
  const nameAt = [0, birds?.length ?? 0, (birds?.length ?? 0) + (files[0]?.length ?? 0)]
  const tree = Buffer.concat([
    folder(0, 1, 1),
    folder(nameAt[0], 2, first),
    file(nameAt[1], 0, 0),
    file(nameAt[2], 1, 4 + owl.length),
  ])
  const dataAt = HEADER + tree.length
  const head = [word(1), word(HEADER), word(dataAt), word(dataAt + data.length)]
  return Buffer.concat([Buffer.from('qres'), ...head, tree, data, ...names])
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function half(value: number): Buffer {
  return word(value).subarray(2)
}

function nameOf(name: string): Buffer {
  return Buffer.concat([half(name.length), word(0), Buffer.from(name, 'utf16le').swap16()])
}

function folder(name = 0, children = 0, first = 0): Buffer {
  return Buffer.concat([word(name), half(2), word(children), word(first)])
}

function file(name = 0, flags = 0, data = 0): Buffer {
  return Buffer.concat([word(name), half(flags), word(0), word(data)])
}

describe('Qt resource files', () => {
  it('are read by their paths, compressed or not', () => {
    const files = [...readQtResources(resources(), 'birds.rcc')]
    expect(files.map(([path, bytes]) => [path, bytes.toString()])).toEqual([
      ['birds/owl.webp', 'an owl'],
      ['birds/jay.webp', 'a jay, a jay, a jay'],
    ])
  })

  it('are refused by name when they are something else, cut off or circular', () => {
    const whole = resources()
    expect(() => readQtResources(Buffer.from('RIFF1234'), 'a.rcc')).toThrow(/a\.rcc.*"qres"/s)
    for (let length = 4; length < whole.length; length += 3) {
      expect(() => readQtResources(whole.subarray(0, length), 'a.rcc')).toThrow(/ends before/)
    }
    expect(() => readQtResources(resources({ first: 1 }), 'a.rcc')).toThrow(/holds itself/)
  })
})
