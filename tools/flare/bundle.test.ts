import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { ACTIONS } from './actions.ts'
import { CLIP_FRAMES } from './clock.ts'
import { SETS, type SetName } from './plan.ts'

const BUNDLE = fileURLToPath(new URL('../../fixtures/actions', import.meta.url))

function clips(set: SetName): string[][] {
  return ACTIONS.flatMap((action) =>
    readdirSync(join(BUNDLE, set, action)).map((name) => [action, ...name.split('_')]),
  )
}

/** Everything worn or carried in a set, by slot: action, gender and direction come first. */
function equipment(set: SetName): Record<'armour' | 'weapons' | 'shields', Set<string>> {
  const names = clips(set)
  const worn = (part: number) => new Set(names.map((name) => name[part] ?? ''))
  const armour = new Set([...worn(3)].flatMap((families) => families.split('.')))
  return { armour, weapons: worn(4), shields: worn(5) }
}

describe('the bundled action clips', () => {
  it('test on no armour, weapon or shield that is trained or validated', () => {
    const tested = equipment('test')
    for (const set of ['train', 'valid'] as const) {
      const seen = equipment(set)
      for (const slot of ['armour', 'weapons', 'shields'] as const) {
        const both = [...tested[slot]].filter((item) => seen[slot].has(item) && item !== 'none')
        expect(both, `${slot} of test also in ${set}`).toEqual([])
        expect(tested[slot].size).toBeGreaterThan(1)
      }
    }
  })

  it('validate outfits that are not trained', () => {
    const trained = new Set(clips('train').map((name) => name[3]))
    expect(clips('valid').filter((name) => trained.has(name[3]))).toEqual([])
  })

  it('are balanced over action, direction and gender', () => {
    for (const [set, each] of [
      ['train', 8],
      ['valid', 1],
      ['test', 2],
    ] as const) {
      const counts = new Map<string, number>()
      for (const name of clips(set)) {
        const cell = name.slice(0, 3).join()
        counts.set(cell, (counts.get(cell) ?? 0) + 1)
      }
      expect(counts.size).toBe(ACTIONS.length * 8 * 2)
      expect(new Set(counts.values())).toEqual(new Set([each]))
    }
  })

  it('have the same number of frames and the same pace whatever the action', async () => {
    const paces = new Set<string>()
    for (const set of SETS) {
      for (const action of ACTIONS) {
        for (const name of readdirSync(join(BUNDLE, set, action)).slice(0, 8)) {
          const path = join(BUNDLE, set, action, name)
          const { pages, delay, width, pageHeight } = await sharp(path, {
            animated: true,
          }).metadata()
          paces.add([pages, width, pageHeight, ...(delay ?? [])].join())
        }
      }
    }
    const everyFrame = Array.from({ length: CLIP_FRAMES }, () => 100)
    expect([...paces]).toEqual([[CLIP_FRAMES, 48, 48, ...everyFrame].join()])
  })
})
