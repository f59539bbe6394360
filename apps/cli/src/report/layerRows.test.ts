import { gatedConv2d, gatedPresets, sequential, summary } from 'sluice'
import { describe, expect, it } from 'vitest'
import { layerRows } from './layerRows.ts'

describe('rows of layers', () => {
  it('are one per layer, however many ops it takes', () => {
    const model = sequential({
      stem: gatedConv2d(2, 4, { kernelSize: 3, padding: 1, gateKind: 'singleChannel' }),
      joint: gatedPresets.deepfill(4, 4),
      highway: gatedPresets.highway(4),
    })
    const { layers, parameters, multiplyAdds } = summary(model, [1, 2, 6, 6])
    const rows = layerRows(layers)
    expect(rows.map(({ path, ops }) => [path, ops])).toEqual([
      ['stem', 'conv ×2, gateProduct'],
      ['joint', 'gatedConv'],
      ['highway', 'conv ×2, activation, subtract, gateProduct, add'],
    ])
    expect(rows.map(({ receptiveField }) => receptiveField)).toEqual([
      [1, 3, 3],
      [1, 5, 5],
      [1, 7, 7],
    ])
    const sum = (of: (row: (typeof rows)[number]) => number) =>
      rows.reduce((total, row) => total + of(row), 0)
    expect(sum((row) => row.parameters)).toBe(parameters)
    expect(sum((row) => row.multiplyAdds)).toBe(multiplyAdds)
  })

  it('name what only moves numbers where nothing else happens', () => {
    const { layers } = summary(gatedPresets.temporalShift(), [1, 4, 3, 2, 2])
    expect(layerRows(layers).map(({ ops }) => ops)).toEqual(['slice ×5, padZeros ×2, concat'])
  })
})
