import { describe, expect, it } from 'vitest'
import { parseOptions, UsageError } from './options.ts'

describe('parseOptions', () => {
  it('measures everything with one and two threads unless told otherwise', () => {
    const options = parseOptions([])
    expect(options.cases.map(({ name }) => name)).toEqual(['forward1', 'forward8', 'train8'])
    expect(options.threads).toEqual([1, 2])
    expect(options.rounds).toBeGreaterThanOrEqual(15)
    expect(options.peers[0]).toBe('sluice')
  })

  it('takes less time with --quick, and still lets every part be chosen', () => {
    expect(parseOptions(['--quick'])).toMatchObject({ threads: [1], rounds: 3 })
    expect(parseOptions(['--quick', '--threads', '2', '--cases', 'forward8'])).toMatchObject({
      threads: [2],
      cases: [{ name: 'forward8' }],
    })
  })

  it.each([
    [['--case', 'forward1']],
    [['--cases', 'forward9']],
    [['--peers', 'toString']],
    [['--threads', '0']],
    [['--threads', '1,x']],
    [['--rounds', '-3']],
    [['--name', '../elsewhere']],
    [['forward1']],
  ])('refuses %j', (args) => {
    expect(() => parseOptions(args)).toThrow(UsageError)
  })
})
