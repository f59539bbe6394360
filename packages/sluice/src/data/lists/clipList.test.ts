import { describe, expect, it } from 'vitest'
import { readClipList } from './clipList.ts'
import { parseCsv } from './csv.ts'
import { readImageList } from './imageList.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const cells = (text: string) => [...parseCsv(text, 'x.csv')].map((row) => row.cells)
const list = (text: string) => readClipList(bytes(text), 'x.csv')

describe('parseCsv', () => {
  it.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\r\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      '\uFEFFa,b\n\n1,\n',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    [
      '"a","b"\n"1,5","say ""hi"""\n',
      [
        ['a', 'b'],
        ['1,5', 'say "hi"'],
      ],
    ],
    ['a\n"two\r\nlines"\n', [['a'], ['two\r\nlines']]],
    [
      'a,b\n,\n',
      [
        ['a', 'b'],
        ['', ''],
      ],
    ],
    ['', []],
  ])('reads %j', (text, expected) => {
    expect(cells(text)).toEqual(expected)
  })

  it('counts lines, those inside quotes too', () => {
    const rows = [...parseCsv('a\n"x\ny"\n\nb\n', 'm')]
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 5])
  })

  it.each([
    ['a,b\n1,"2', /x\.csv, line 2: a quote that is never closed/],
    ['a,b\n1,"2"3\n', /line 2: text behind the closing quote/],
    ['a,b\n1,2"\n', /line 2: a quote inside a cell/],
    ['a,b\n1\n', /line 2: a row with another number of cells[\s\S]*expected: 2[\s\S]*received: 1/],
    ['a,b\n1,\0\n', /zero byte/],
    [`a\n${'x'.repeat(70_000)}`, /too large/],
    [','.repeat(2000), /more columns/],
  ])('refuses %j with the line', (text, message) => {
    expect(() => cells(text)).toThrow(message)
  })
})

describe('readClipList', () => {
  it('reads columns in any order, leaves out empty cells and names the columns it does not know', () => {
    const text =
      'Label, path ,note,start,end,group,split\nwave,a.mp4,x,1.5,3,anna,val\nup, b.mp4 ,,,,,train\n'
    expect(list(text)).toEqual({
      clips: [
        {
          ...{ line: 2, path: 'a.mp4', label: 'wave', start: 1.5, end: 3 },
          ...{ group: 'anna', split: 'valid' },
        },
        { line: 3, path: 'b.mp4', label: 'up', split: 'train' },
      ],
      otherColumns: ['note'],
    })
  })

  it.each([
    ['', /the list is empty[\s\S]*path,label/],
    ['path,label\n', /names no clips/],
    ['path,class\na,b\n', /no column "label"[\s\S]*received: path,class/],
    ['path;label\na;b\n', /commas between the cells, not ";"/],
    ['path,label,path\n', /two columns are called "path"/],
    ['path,label\n,x\n', /x\.csv, line 2, column "path"[\s\S]*empty cell/],
    ['path,label\na, \n', /line 2, column "label"/],
    ['path,label,start\na,x,one\n', /line 2, column "start"[\s\S]*received: "one"/],
    ['path,label,start\na,x,-1\n', /column "start"/],
    ['path,label,start\na,x,1e3\n', /column "start"/],
    ['path,label,start,end\na,x,2,2\n', /column "end"[\s\S]*more than 2/],
    ['path,label,split\na,x,dev\n', /column "split"[\s\S]*train, valid or test/],
    ['path,label,split\na,x,train\nb,x,\n', /line 3, column "split"/],
  ])('refuses %j', (text, message) => {
    expect(() => list(text)).toThrow(message)
  })

  it('says which encoding it wants', () => {
    expect(() => readClipList(Uint8Array.of(0xff, 0xfe, 0x70, 0), 'm')).toThrow(
      /UTF-16[\s\S]*UTF-8/,
    )
    expect(() => readClipList(Uint8Array.of(0xc3, 0x28), 'm')).toThrow(/not UTF-8/)
  })
})

describe('readImageList', () => {
  it('takes a path a line', () => {
    expect(readImageList(bytes('\uFEFFb.png\r\n\n a 1.png \n'), 'm')).toEqual(['b.png', 'a 1.png'])
  })

  it('refuses lists of nothing, of too much and of no text', () => {
    expect(() => readImageList(bytes('\n \n'), 'm.txt')).toThrow(/m\.txt: the list names no images/)
    expect(() => readImageList(bytes('a\n'.repeat(20_001)), 'm')).toThrow(/too many images/)
    expect(() => readImageList(bytes('a\nb\0\n'), 'm')).toThrow(/m, line 2/)
    expect(() => readImageList(Uint8Array.of(0xff, 0xff), 'm')).toThrow(/UTF-8/)
  })
})
