import { describe, expect, it } from 'vitest'
import { loadedChunks } from './page.ts'

describe('loadedChunks', () => {
  const file = (
    bytes: number,
    ...imports: [path: string, kind: 'import-statement' | 'dynamic-import'][]
  ) => ({
    ...{ bytes, inputs: {}, exports: [] },
    imports: imports.map(([path, kind]) => ({ path, kind })),
  })

  const binary = (output: ReturnType<typeof file>) => ({
    ...output,
    inputs: { 'sluice/dist/binaries/plain.js': { bytesInOutput: output.bytes } },
  })

  it('counts the entry, what it imports, and the largest of the binaries, once each', () => {
    const outputs = {
      'page/stdin.js': {
        ...file(
          10,
          ['page/both.js', 'import-statement'],
          ['page/small.js', 'dynamic-import'],
          ['page/large.js', 'dynamic-import'],
          ['page/other.js', 'dynamic-import'],
        ),
        entryPoint: '<stdin>',
      },
      'page/both.js': file(5),
      'page/small.js': binary(file(70)),
      'page/large.js': binary(file(72, ['page/both.js', 'import-statement'])),
      'page/other.js': file(90),
    }
    expect(loadedChunks({ outputs })).toEqual(['page/stdin.js', 'page/both.js', 'page/large.js'])
  })
})
