import { describe, expect, it } from 'vitest'
import { bar, probabilityBars } from './bars.ts'
import { coloured, paintFor, plain } from './colours.ts'
import { confusionMatrix } from './confusionMatrix.ts'
import { Pace } from './pace.ts'
import { bytes, duration, plural, short, timestamp } from './quantities.ts'
import { table } from './table.ts'
import { Terminal, type TextStream } from './terminal.ts'
import { printable, shorten, shortenMiddle, textWidth } from './textWidth.ts'
import { wrapped } from './wrapped.ts'

class Sink implements TextStream {
  text = ''
  readonly isTTY: boolean
  readonly columns = 60
  constructor(isTTY = false) {
    this.isTTY = isTTY
  }
  write(text: string): void {
    this.text += text
  }
}

describe('colours', () => {
  it('are for terminals, and NO_COLOR wins over everything', () => {
    expect(paintFor({ isTTY: true }, {})).toBe(coloured)
    expect(paintFor({ isTTY: true }, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(plain)
    expect(paintFor({ isTTY: true }, { TERM: 'dumb' })).toBe(plain)
    expect(paintFor({}, {})).toBe(plain)
    expect(paintFor({}, { FORCE_COLOR: '1' })).toBe(coloured)
  })
})

describe('width of text', () => {
  it('ignores escape codes and counts wide letters twice', () => {
    expect(textWidth(coloured('red', 'abc'))).toBe(3)
    expect(textWidth('跑步')).toBe(4)
    expect(textWidth('é')).toBe(1)
  })
  it('cuts with an ellipsis', () => {
    expect(shorten('abcdef', 4)).toBe('abc…')
    expect(shorten('跑步跑步', 5)).toBe('跑步…')
    expect(shorten('abc', 3)).toBe('abc')
    expect(shortenMiddle('conv-f32-winograd4x4', 11)).toBe('conv-…ad4x4')
    expect(shortenMiddle('abcdef', 5)).toBe('ab…ef')
    expect(shortenMiddle('abcdef', 4)).toBe('ab…f')
    expect(shortenMiddle('跑步跑步', 6)).toBe('跑…步')
    expect(shortenMiddle('abc', 3)).toBe('abc')
    for (const columns of [0, 1, 2, 3]) {
      expect(textWidth(shortenMiddle('跑步ab', columns))).toBeLessThanOrEqual(columns)
    }
  })
  it('breaks at spaces, and leaves longer words whole', () => {
    expect(wrapped('one two three-and-four 跑 步', 7)).toEqual([
      'one two',
      'three-and-four',
      '跑 步',
    ])
    expect(wrapped('', 7)).toEqual([''])
  })
  it('shows control characters of a file name as a replacement', () => {
    expect(printable('a\u001b[2Jb')).toBe('a�[2Jb')
  })
})

describe('quantities', () => {
  it('read as people write them', () => {
    expect([5, 65, 7500].map(duration)).toEqual(['5 s', '1 min 05 s', '2 h 05 min'])
    expect(duration(Number.NaN)).toBe('–')
    expect(short(1_250_000)).toBe('1.25 M')
    expect(bytes(1536)).toBe('1.5 KiB')
    expect(plural(1, 'clip')).toBe('1 clip')
    expect(plural(1200, 'clip')).toBe('1,200 clips')
    expect(timestamp(61.5)).toBe('1:01.50')
  })
})

describe('tables', () => {
  const columns = [{ title: 'name' }, { title: 'count', numbers: true }]
  it('align text left and numbers right', () => {
    expect(
      table(columns, [
        ['a', '5'],
        ['bcdef', '12'],
      ]),
    ).toBe('name   count\na          5\nbcdef     12\n')
  })
  it('cut the widest text when the terminal is narrow', () => {
    const text = table(columns, [['a very long name indeed', '5']], { columns: 20 })
    for (const line of text.trimEnd().split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(20)
    expect(text).toContain('…')
  })
  it('cut what tells rows apart after the rest', () => {
    const text = table(
      [{ title: 'layer' }, { title: 'ops' }, { title: 'output', whole: true }],
      [
        ['stage2.conv_down_block1.conv1', 'resizeNearest, contextualAttention', '[1, 96, 64, 64]'],
        ['stage2.conv_down_block1.conv2', 'gatedConv', '[1, 96, 128, 128]'],
      ],
      { columns: 60 },
    )
    expect(text).toMatch(/^stage2\.conv_down_block1\.conv1 {2}resizeNea… {2}\[1, 96, 64, 64\]$/m)
    expect(text).toMatch(/^stage2\.conv_down_block1\.conv2 {2}gatedConv {3}\[1, 96, 128, 128\]$/m)
  })
  it('keep names apart that differ in their ends', () => {
    const kernels = [['conv-f32-winograd4x4'], ['conv-f32-winograd6x6'], ['conv-f32-direct4x8']]
    const lines = table([{ title: 'kernel', names: true }], kernels, { columns: 12 }).split('\n')
    expect(new Set(lines).size).toBe(lines.length)
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(12)
  })
})

describe('bars', () => {
  it('are as long as their value, to an eighth of a cell', () => {
    expect(bar(1, 4)).toBe('████')
    expect(bar(0.5, 4)).toBe('██')
    expect(bar(1 / 32, 4)).toBe('▏')
    expect(bar(0, 4)).toBe('')
  })
  it('come with the most likely class first', () => {
    const lines = probabilityBars({ run: 0.2, swing: 0.7, die: 0.1 }, { limit: 2 }).split('\n')
    expect(lines[0]).toMatch(/^ {2}swing {2}█+.* 0\.700$/)
    expect(lines[1]).toMatch(/^ {2}run .* 0\.200$/)
    expect(lines).toHaveLength(3)
  })
})

describe('confusion matrix', () => {
  const counts = [
    [9, 1],
    [0, 10],
  ]
  it('has a row per true class and a column per prediction', () => {
    expect(confusionMatrix(['run', 'swing'], counts)).toBe(
      '           1  2\nrun   1 │  9  1\nswing 2 │  · 10\n',
    )
  })
  it('fits a narrow terminal, by listing mistakes if need be', () => {
    const classes = Array.from({ length: 30 }, (_, i) => `class ${i}`)
    const many = classes.map((_, i) =>
      classes.map((_, j) => (i === j ? 5 : i === 3 && j === 7 ? 2 : 0)),
    )
    const text = confusionMatrix(classes, many, { columns: 50 })
    expect(text).toContain('2 × class 3 taken for class 7')
    const wide = confusionMatrix(classes, many, { columns: 120 })
    for (const line of wide.trimEnd().split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(120)
  })
})

describe('pace', () => {
  it('knows the speed and the time left', () => {
    let now = 0
    const pace = new Pace(() => now)
    expect(pace.secondsFor(10)).toBeNaN()
    for (let i = 0; i < 5; i++) {
      now += 2
      pace.add(8)
    }
    expect(pace.perSecond).toBeCloseTo(4)
    expect(pace.secondsFor(40)).toBeCloseTo(10)
    now += 100
    pace.pause()
    now += 2
    pace.add(8)
    expect(pace.perSecond).toBeCloseTo(4)
  })
})

describe('terminal', () => {
  it('rewrites one line where it can, and clears it before other text', () => {
    const stdout = new Sink(true)
    const stderr = new Sink(true)
    let now = 0
    const terminal = new Terminal({ stdout, stderr, environment: {}, clock: () => now })
    terminal.progress(() => 'one')
    terminal.progress(() => 'too soon')
    now = 1
    terminal.progress(() => 'x'.repeat(100))
    terminal.note('done')
    expect(stderr.text).toBe(`\r\u001b[2Kone\r\u001b[2K${'x'.repeat(58)}…\r\u001b[2K`)
    expect(stdout.text).toBe('done\n')
  })
  it('gives tables all the width there is, which in a file has no end', () => {
    const widthOn = (stdout: Sink) => new Terminal({ stdout, environment: {} }).tableColumns
    expect(widthOn(new Sink(true))).toBe(60)
    expect(widthOn(new Sink())).toBe(Number.POSITIVE_INFINITY)
  })
  it('writes a plain line now and then without a terminal', () => {
    const stdout = new Sink()
    const stderr = new Sink()
    let now = 0
    const terminal = new Terminal({ stdout, stderr, environment: {}, clock: () => now })
    for (; now < 12; now++) terminal.progress(() => `at ${now}`)
    expect(stdout.text).toBe('at 5\nat 10\n')
    expect(stderr.text).toBe('')
  })
  it('keeps standard output for JSON when asked', () => {
    const stdout = new Sink()
    const stderr = new Sink()
    const terminal = new Terminal({ json: true, stdout, stderr, environment: {} })
    terminal.note('a note')
    terminal.progress(() => 'progress')
    terminal.warn('careful')
    terminal.jsonLine({ a: 1 })
    expect(stdout.text).toBe('{"a":1}\n')
    expect(stderr.text).toContain('a note\n')
  })
  it('says nothing but results and warnings when quiet', () => {
    const stdout = new Sink()
    const stderr = new Sink()
    const terminal = new Terminal({ quiet: true, stdout, stderr, environment: {} })
    terminal.note('a note')
    terminal.progress(() => 'progress')
    terminal.result('result\n')
    expect(stdout.text + stderr.text).toBe('result\n')
  })
})
