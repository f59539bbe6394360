import { describe, expect, it } from 'vitest'
import { ProtobufWriter } from './protobufWriter.ts'

const bytesOf = (writer: ProtobufWriter) => [...writer.finish()]

describe('ProtobufWriter', () => {
  it('writes the examples of the encoding guide', () => {
    expect(bytesOf(new ProtobufWriter().number(1, 150))).toEqual([0x08, 0x96, 0x01])
    expect(bytesOf(new ProtobufWriter().text(2, 'testing'))).toEqual([
      0x12,
      7,
      ...Buffer.from('testing'),
    ])
    const inner = new ProtobufWriter().number(1, 150)
    expect(bytesOf(new ProtobufWriter().message(3, inner))).toEqual([0x1a, 3, 0x08, 0x96, 0x01])
    expect(bytesOf(new ProtobufWriter().numbers(6, [3, 270, 86_942]))).toEqual([
      0x32, 6, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05,
    ])
  })

  it('writes numbers beyond 32 bits', () => {
    expect(bytesOf(new ProtobufWriter().number(1, 2 ** 35))).toEqual([
      0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01,
    ])
  })
})
