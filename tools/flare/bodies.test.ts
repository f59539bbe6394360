import { describe, expect, it } from 'vitest'
import { parseAnimationFile } from './animationFile.ts'
import { distinctActions, SPECIES, TEST_SPECIES, VALID_SPECIES } from './bodies.ts'

function monster(sections: Readonly<Record<string, readonly number[]>>) {
  const text = Object.entries(sections).map(([action, pictures]) => {
    const frames = pictures.map((x, index) => `frame=${index},0,${x},0,9,9,4,8`)
    return `[${action}]\nframes=${pictures.length}\nduration=100ms\n${frames.join('\n')}`
  })
  const { tint, opacity, actions } = parseAnimationFile(text.join('\n'), 'monster.txt')
  return { sheet: 'monster.png', tint, opacity, actions }
}

describe('the actions of a monster that can be told apart', () => {
  it('are all of them when each has pictures of its own', () => {
    expect(distinctActions(monster({ stance: [1], run: [2, 3], cast: [4] }))).toEqual([
      'cast',
      'run',
      'stance',
    ])
  })

  it('leave out actions drawn with the same pictures', () => {
    const ant = monster({ stance: [1], cast: [4, 5], shoot: [4, 5], swing: [6] })
    expect(distinctActions(ant)).toEqual(['stance', 'swing'])
  })

  it('leave out a guard that is a standing figure', () => {
    expect(distinctActions(monster({ stance: [1, 2, 3], block: [2] }))).toEqual(['stance'])
  })

  it('keep a blow whose pictures begin the fall: time tells them apart', () => {
    expect(distinctActions(monster({ hit: [1, 2], die: [1, 2, 3, 4] }))).toEqual(['die', 'hit'])
  })

  it('ignore what is not one of the eight classes', () => {
    expect(distinctActions(monster({ stance: [1], critdie: [1], spawn: [7] }))).toEqual(['stance'])
  })
})

describe('the species', () => {
  it('hold out known ones, none of them twice, and leave most for training', () => {
    const held = [...TEST_SPECIES, ...VALID_SPECIES]
    expect(new Set(held).size).toBe(held.length)
    for (const species of held) expect(Object.keys(SPECIES)).toContain(species)
    expect(Object.keys(SPECIES).length - held.length).toBeGreaterThan(held.length)
  })

  it('share no skin', () => {
    const skins = Object.values(SPECIES).flat()
    expect(new Set(skins).size).toBe(skins.length)
  })
})
