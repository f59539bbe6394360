/** The guide to gated convolutions must know every preset, its paper, and every option's value. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { gatedPapers, gatedPresets } from '../../packages/sluice/src/entrypoints/index.ts'
import { gateKinds, gateOrders } from '../../packages/sluice/src/layers/gated/gateOptions.ts'

const folder = new URL('../../docs/', import.meta.url)
const guide = readFileSync(new URL('gated-convolution.md', folder), 'utf8')
const rows = guide.split('\n').filter((line) => line.startsWith('|'))

describe('docs/gated-convolution.md', () => {
  it.each(Object.keys(gatedPresets))('has a row for the preset %s', (name) => {
    expect(rows.some((row) => row.includes(`\`${name}\``))).toBe(true)
  })

  it.each(Object.entries(gatedPapers))('links the paper of %s', (name, paper) => {
    const row = rows.find((line) => line.includes(`\`${name}\``)) ?? ''
    if (row.endsWith('| the same |')) return
    expect(row).toContain(`${paper.year}`)
    if ('arxiv' in paper) expect(row).toContain(`https://arxiv.org/abs/${paper.arxiv}`)
  })

  it.each([...gateKinds, ...gateOrders])('explains %s', (word) => {
    expect(guide).toContain(`\`${word}\``)
  })

  it('shows pictures that are there', () => {
    const pictures = [...guide.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path = '']) => path)
    expect(pictures).toHaveLength(5)
    for (const path of pictures) expect(existsSync(new URL(path, folder)), path).toBe(true)
  })
})
