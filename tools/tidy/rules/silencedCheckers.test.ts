import { expect, it } from 'vitest'
import { placesFound } from '../sample.ts'
import { silencedCheckers } from './silencedCheckers.ts'

const found = (text: string) => placesFound(silencedCheckers, { 'a.ts': text })
const ignore = '@ts-' + 'ignore'
const expectError = '@ts-' + 'expect-error'

it.each([
  'let a: any',
  'const a = b as any',
  'f<any>()',
  'const a = b!',
  'a.b!.c',
  'a[0]! + 1',
  `// ${ignore}\nf()`,
  `// ${expectError}\nf()`,
])('refuses %s', (text) => {
  expect(found(text)).toEqual(['a.ts:1'])
})

it.each([
  'expect.any(Number)',
  'if (a !== b && !c) f()',
  'a != b',
  "const s = 'any!'",
  '// any comment!',
  'const any = 1 // any: none'.replace('const any', 'const x'),
  `// ${expectError} strings are refused at compile time\nf()`,
])('allows %s', (text) => {
  expect(found(text)).toEqual([])
})

it('leaves kernels alone: AssemblyScript is another language', () => {
  const path = 'packages/sluice/src/backends/wasm/kernels/a.ts'
  expect(placesFound(silencedCheckers, { [path]: 'a!' })).toEqual([])
})
