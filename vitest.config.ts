import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const entrypoints = fileURLToPath(new URL('./packages/sluice/src/entrypoints/', import.meta.url))

export default defineConfig({
  resolve: {
    // The apps' tests run against the library's source, so that they need no build before them.
    alias: [
      { find: /^sluice$/, replacement: `${entrypoints}index.ts` },
      { find: /^sluice\/([a-z]+)$/, replacement: `${entrypoints}$1.ts` },
    ],
  },
  test: {
    include: [
      'packages/**/src/**/*.test.ts',
      'apps/**/src/**/*.test.ts',
      'test/**/*.test.ts',
      'tools/**/*.test.ts',
      'bench/src/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', 'bench/node_modules/**'],
    // Several times what the longest test takes alone: machines are slow, shared and busy.
    testTimeout: 180_000,
    maxWorkers: 2,
  },
})
