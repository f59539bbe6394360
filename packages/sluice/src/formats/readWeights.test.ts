import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { HostTensor } from '../foundation/hostTensor.ts'
import { readWeights } from './readWeights.ts'
import { writeSafetensors } from './safetensors/writeSafetensors.ts'

const fixtures = new URL('../../../../fixtures/torch/', import.meta.url)
const bytesOf = (name: string): Uint8Array => readFileSync(new URL(name, fixtures))
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))

describe('readWeights tells files apart by what is in them', () => {
  it('safetensors, with its metadata', () => {
    const w: HostTensor = { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }
    const file = readWeights(writeSafetensors(new Map([['w', w]]), { a: 'b' }), 'm')
    expect(file).toEqual({
      tensors: new Map([['w', w]]),
      metadata: { a: 'b' },
      format: 'safetensors',
      notes: [],
    })
  })

  it('a PyTorch zip, with what was taken off', () => {
    const file = readWeights(bytesOf('wrapped-state-dict.pth'), 'm')
    expect(file.format).toBe('torch')
    expect(file.notes.length).toBe(2)
    expect(file.tensors.has('conv.weight')).toBe(true)
  })

  it.each(['real-legacy.pth', 'bare-legacy-protocol1.pth'])('the old format: %s', (name) => {
    expect(readWeights(bytesOf(name), 'm').format).toBe('torch-legacy')
  })

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /an empty file/],
    ['HDF5', latin1('\x89HDF\r\n\x1a\n and more'), /HDF5/],
    ['ONNX', latin1('\x08\x07\x12\x07pytorch\x1a\x051.9.0:'), /an ONNX model/],
    ['gzip', latin1('\x1f\x8b\x08\x00 and more'), /a gzip archive/],
    ['tar', latin1(`weights.pth${'\0'.repeat(246)}ustar\x0000`), /a tar archive/],
    ['numpy', latin1('\x93NUMPY\x01\x00'), /a numpy array/],
    ['a zip of numpy arrays', emptyZip('w.npy'), /numpy \.npz/],
    [
      'a Git LFS pointer',
      latin1('version https://git-lfs.github.com/spec/v1\noid'),
      /git lfs pull/,
    ],
    ['a web page', latin1('\n<!DOCTYPE html><html><body>404'), /a web page/],
    ['JSON', latin1('{"error": "not found"}'), /JSON text/],
    ['text', latin1('Not found, sorry.'), /looks like text/],
    ['noise', latin1('\xfe\xfe\xfe\x01\x02\x03\x04\x05\x06\x07'), /no kind of file/],
  ])('and names %s', (_, bytes, message) => {
    expect(() => readWeights(bytes, 'm.pth')).toThrow(message)
  })
})

/** A zip archive with one entry without content. */
function emptyZip(name: string): Uint8Array {
  const length = String.fromCharCode(name.length)
  const local = `PK\x03\x04${'\0'.repeat(22)}${length}\0\0\0${name}`
  const central = `PK\x01\x02${'\0'.repeat(24)}${length}${'\0'.repeat(17)}${name}`
  const sizes = `${String.fromCharCode(central.length)}\0\0\0${String.fromCharCode(local.length)}\0\0\0`
  return latin1(`${local}${central}PK\x05\x06\0\0\0\0\x01\0\x01\0${sizes}\0\0`)
}
