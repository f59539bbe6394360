import { describe, expect, it } from 'vitest'
import { formatRecord, recordName } from './keep.ts'
import { ratioOf, recordWith } from './testRecord.ts'

describe('records', () => {
  it('are named after the moment they were begun, or as told', () => {
    expect(recordName('2026-11-22T18:23:15.810Z')).toBe('2026-11-22T18-23-15.json')
    expect(recordName('mine')).toBe('mine.json')
  })

  it('keep lists of numbers on one line and lose nothing', () => {
    const record = recordWith([ratioOf('pytorch', 0.5)])
    const withRuns = { ...record, runs: [1.5, null, 3] }
    const text = formatRecord(withRuns)
    expect(text).toContain('"runs": [ 1.5, null, 3 ]')
    expect(JSON.parse(text)).toEqual(withRuns)
  })
})
