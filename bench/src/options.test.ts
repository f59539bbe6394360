import { describe, expect, it } from 'vitest'
import { HELP, parseOptions, UsageError } from './options.ts'

describe('parseOptions', () => {
  it('measures everything with one and two threads under both Nodes unless told otherwise', () => {
    const options = parseOptions([])
    expect(options.cases).toContain('deepfill512')
    expect(options.footprints).toEqual(['memory', 'arena', 'start', 'photo', 'page'])
    expect(options.threads).toEqual([1, 2])
    expect(options.nodes).toEqual(['this', '24'])
    expect(options.rounds).toBeGreaterThanOrEqual(15)
    expect(options.peers).toContain('jax-js')
  })

  it('measures for --figures what the table needs and no more', () => {
    const options = parseOptions(['--figures'])
    expect(options.cases).toEqual([
      ...['forward1', 'forward8', 'train8', 'deepfill256'],
      ...['deepFillV2at256', 'deepFillV2at512'],
    ])
    expect(options.peers).toEqual([
      'sluice',
      'onnxruntime-node',
      'pytorch',
      'onnxruntime-web',
      'tfjs',
    ])
    expect(options.rounds).toBeGreaterThanOrEqual(15)
  })

  it('finds cases by how their names begin, and an exact name before longer ones', () => {
    expect(parseOptions(['--only', 'layers,start']).cases).toEqual(['layers1', 'layers8'])
    expect(parseOptions(['--only', 'layers,start']).footprints).toEqual(['start'])
    expect(parseOptions(['--only', 'deepfill256']).cases).toEqual(['deepfill256'])
  })

  it('always has ourselves among the peers, first', () => {
    expect(parseOptions(['--peers', 'tfjs,pytorch']).peers).toEqual(['sluice', 'pytorch', 'tfjs'])
  })

  it('checks against the reference record, or the one that is named', () => {
    expect(parseOptions([]).check).toBeUndefined()
    expect(parseOptions(['--check']).check).toBe('reference')
    expect(parseOptions(['--check', 'mine.json']).check).toBe('mine')
    expect(parseOptions(['--check']).cases).not.toContain('deepfill512')
    expect(parseOptions(['--check']).footprints).toEqual(['memory', 'arena', 'page'])
  })

  it.each([
    [['--case', 'forward1']],
    [['--only', 'forward9']],
    [['--only', ',']],
    [['--peers', 'toString']],
    [['--threads', '0']],
    [['--threads', '1,x']],
    [['--threads', '65']],
    [['--check', '--only', 'start']],
    [['--rounds', '-3']],
    [['--name', '../elsewhere']],
    [['forward1']],
    [['--check', 'one', 'two']],
  ])('refuses %j', (args) => {
    expect(() => parseOptions(args)).toThrow(UsageError)
  })

  it('has a help that fits a terminal', () => {
    for (const line of HELP.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})
