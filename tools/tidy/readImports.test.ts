import { describe, expect, it } from 'vitest'
import { maskSource } from './maskSource.ts'
import { readImports } from './readImports.ts'

const read = (text: string) =>
  readImports(maskSource(text).withoutComments).map(({ kind, specifier }) => `${kind} ${specifier}`)

describe('imports of a source', () => {
  it.each([
    ["import { a } from './a.ts'", 'value ./a.ts'],
    ["import a, { b } from './a.ts'", 'value ./a.ts'],
    ["import * as a from './a.ts'", 'value ./a.ts'],
    ["import './a.ts'", 'value ./a.ts'],
    ["export { a } from './a.ts'", 'value ./a.ts'],
    ["export * from './a.ts'", 'value ./a.ts'],
    ["import type { A } from './a.ts'", 'type ./a.ts'],
    ["import { type A, type B } from './a.ts'", 'type ./a.ts'],
    ["import { type A, b } from './a.ts'", 'value ./a.ts'],
    ["export type { A } from './a.ts'", 'type ./a.ts'],
    ["const a = await import('./a.ts')", 'dynamic ./a.ts'],
    ["let a: import('./a.ts').A", 'type ./a.ts'],
    ["new Worker(new URL('./a.js', import.meta.url))", 'url ./a.js'],
    ["import {\n  a,\n  type B,\n} from './a.ts'", 'value ./a.ts'],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual([expected])
  })

  it('ignores comments and keeps neighbours apart', () => {
    const text =
      "// import x from './x.ts'\nexport const five = 5\nimport type { A } from './a.ts'\n"
    expect(read(text)).toEqual(['type ./a.ts'])
  })

  it('gives lines', () => {
    const text = "\n\nimport { a } from './a.ts'"
    expect(readImports(text)[0]?.line).toBe(3)
  })
})
