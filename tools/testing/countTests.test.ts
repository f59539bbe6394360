import { describe, expect, it } from 'vitest'
import { closingLine, countTests } from './countTests.mjs'

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
})

describe('the closing line of a test run', () => {
  it('sums over all files', () => {
    const report = {
      testResults: [file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed')],
    }
    expect(closingLine(countTests(report))).toBe('3 passed, 1 failed')
  })

  it('counts a file that could not be loaded as a failure', () => {
    const report = { testResults: [file('passed', 'passed'), file('failed')] }
    expect(countTests(report)).toEqual({ passed: 1, failed: 1, skipped: 0 })
  })

  it('names skipped tests', () => {
    const report = { testResults: [file('passed', 'passed', 'skipped', 'todo')] }
    expect(closingLine(countTests(report))).toBe('1 passed, 0 failed, 2 skipped')
  })
})
