import { describe, expect, it } from 'vitest'
import { ACTIONS } from './actions.ts'
import { RACKS } from './equipment.ts'
import { planEquipmentSplit } from './equipmentSplit.ts'
import { parseLayerOrder } from './layerOrder.ts'

const ORDER = parseLayerOrder(
  Array.from({ length: 8 }, (_, d) => `layer=${d},off,feet,legs,hands,chest,head,main`).join('\n'),
  'order.txt',
)
const plans = planEquipmentSplit({ train: 4, valid: 2, test: 2 }, 1, ORDER)

describe('the equipment split', () => {
  it('has as many clips of every body, action and direction', () => {
    const cells = new Map<string, number>()
    for (const { set, name, action, direction } of plans) {
      const cell = [set, name.split('_')[0], action, direction].join()
      cells.set(cell, (cells.get(cell) ?? 0) + 1)
    }
    expect(cells.size).toBe(3 * 2 * ACTIONS.length * 8)
    for (const [cell, count] of cells) expect(count).toBe(cell.startsWith('train') ? 4 : 2)
  })

  it('tests with families, weapons and shields that are never trained or validated', () => {
    for (const part of ['families', 'weapons', 'shields'] as const) {
      const seen = new Set([...RACKS.train[part], ...RACKS.valid[part]])
      for (const item of RACKS.test[part]) expect(seen.has(item)).toBe(false)
    }
  })

  it('draws only what the rack of the set offers', () => {
    for (const { set, name } of plans) {
      const [, , families = '', weapon = '', shield = ''] = name.split('_')
      for (const family of families.split('.')) expect(RACKS[set].families).toContain(family)
      expect(['none', ...RACKS[set].weapons]).toContain(weapon)
      expect(['none', ...RACKS[set].shields]).toContain(shield.replaceAll('-', '_'))
    }
  })

  it('validates outfits that training never wears', () => {
    const outfits = (set: string) =>
      plans.filter((plan) => plan.set === set).map((plan) => plan.name.split('_')[2])
    const trained = new Set(outfits('train'))
    for (const outfit of outfits('valid')) expect(trained.has(outfit)).toBe(false)
  })

  it('gives every clip a name of its own in its class', () => {
    const names = plans.map(({ set, action, name }) => `${set}/${action}/${name}`)
    expect(new Set(names).size).toBe(names.length)
  })

  it('paints the layers in the order given', () => {
    const armed = plans.find((plan) => /_(dagger|wand)_buckler_/.test(plan.name))
    expect(armed?.layers[0]).toMatch(/buckler/)
    expect(armed?.layers.at(-1)).toMatch(/dagger|wand/)
  })

  it('depends on the seed and on nothing else', () => {
    const clips = { train: 1, valid: 1, test: 1 }
    expect(planEquipmentSplit(clips, 5, ORDER)).toEqual(planEquipmentSplit(clips, 5, ORDER))
    expect(planEquipmentSplit(clips, 5, ORDER)).not.toEqual(planEquipmentSplit(clips, 6, ORDER))
  })
})

describe('the painting order', () => {
  it('must name all eight directions', () => {
    expect(() => parseLayerOrder('layer=0,feet,head', 'order.txt')).toThrow(/8 directions/)
    expect(() => parseLayerOrder('layer=7,feet,head', 'order.txt')).toThrow(/8 directions/)
  })
})
