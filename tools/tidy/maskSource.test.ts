// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the samples are sources with templates
import { describe, expect, it } from 'vitest'
import { lineAt, maskSource } from './maskSource.ts'

const code = (text: string) => maskSource(text).code

describe('masking a source', () => {
  it('keeps length and lines', () => {
    const text = "const a = 'x' // why\n/* two\nlines */ const b = `y`\n"
    const masked = maskSource(text)
    expect(masked.code).toHaveLength(text.length)
    expect(lineAt(masked.code, masked.code.indexOf('const b'))).toBe(3)
  })

  it('blanks comments in both, strings only in the code', () => {
    const masked = maskSource("import a from './a.ts' // from './b.ts'")
    expect(masked.withoutComments).toContain("'./a.ts'")
    expect(masked.withoutComments).not.toContain('b.ts')
    expect(masked.code).not.toContain('a.ts')
  })

  it('does not take slashes in strings for comments, nor quotes in comments for strings', () => {
    expect(code("const u = 'http://x'; call()")).toContain('call()')
    expect(code("// it's fine\ncall('y')")).toContain('call(')
  })

  it('reads the code inside templates, also nested', () => {
    const text = 'const t = `text ${first(`inner ${second()} any`)} any`; third()'
    expect(code(text)).toContain('first(')
    expect(code(text)).toContain('second()')
    expect(code(text)).toContain('third()')
    expect(code(text)).not.toContain('any')
  })

  it('knows objects inside templates', () => {
    expect(code('`${f({ a: { b: 1 } })} any` + g()')).not.toContain('any')
    expect(code('`${f({ a: { b: 1 } })} any` + g()')).toContain('g()')
  })

  it('tells regular expressions from divisions', () => {
    expect(code('const r = /[\'"/]any/g; call()')).toContain('call()')
    expect(code('const r = /[\'"/]any/g; call()')).not.toContain('any')
    expect(code('const q = a / b; const s = c / d // any')).toContain('const s = c / d')
  })
})
