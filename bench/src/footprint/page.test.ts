import { describe, expect, it } from 'vitest'
import { filesLoaded } from './page.ts'

describe('filesLoaded', () => {
  const file = (
    bytes: number,
    ...imports: [path: string, kind: 'import-statement' | 'dynamic-import'][]
  ) => ({
    ...{ bytes, inputs: {}, exports: [] },
    imports: imports.map(([path, kind]) => ({ path, kind })),
  })

  it('counts the entry, what it imports, and the largest of what comes later, once each', () => {
    const outputs = {
      'page/stdin.js': {
        ...file(
          10,
          ['page/both.js', 'import-statement'],
          ['page/small.js', 'dynamic-import'],
          ['page/large.js', 'dynamic-import'],
        ),
        entryPoint: '<stdin>',
      },
      'page/both.js': file(5),
      'page/small.js': file(70),
      'page/large.js': file(72, ['page/both.js', 'import-statement']),
    }
    expect(filesLoaded({ outputs })).toEqual(['page/stdin.js', 'page/both.js', 'page/large.js'])
  })
})
