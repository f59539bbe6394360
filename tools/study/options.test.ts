import { describe, expect, it } from 'vitest'
import { readOptions } from './options.ts'

const tasks = ['inpainting', 'actions', 'winds']

describe('the options of the study', () => {
  it('are three seeds of everything within two hours, unless told otherwise', () => {
    const options = readOptions([], tasks)
    expect(options).toMatchObject({ only: tasks, seeds: [1, 2, 3], budgetSeconds: 7200 })
  })

  it('keep the order of tasks, whatever order they are named in', () => {
    expect(readOptions(['--only', 'winds,inpainting'], tasks).only).toEqual(['inpainting', 'winds'])
  })

  it.each([
    ['90min', 5400],
    ['1.5h', 5400],
    ['30s', 30],
  ])('read a budget of %s', (text, seconds) => {
    expect(readOptions(['--budget', text], tasks).budgetSeconds).toBe(seconds)
  })

  it.each([
    [['--only', 'weather'], /inpainting, actions, winds[\s\S]*weather/],
    [['--only', ''], /--only/],
    [['--seeds', '1,1'], /--seeds/],
    [['--seeds', 'one'], /--seeds/],
    [['--seeds', '1000'], /0 to 999/],
    [['--seeds', ''], /--seeds/],
    [['--budget', '2'], /90min/],
    [['--budget', '0h'], /--budget/],
    [['--threads', '0'], /--threads/],
    [['--wings'], /--wings/],
    [['fly'], /fly/],
  ])('refuse %j', (words, said) => {
    expect(() => readOptions(words, tasks)).toThrow(said)
  })
})
