#!/usr/bin/env node
// The bin is committed and only loads the build: npm links a bin at install time, before anything is built.
import { existsSync } from 'node:fs'

const main = new URL('../dist/main.js', import.meta.url)
if (!existsSync(main)) {
  process.stderr.write('sluice: not built yet. Run: npm ci && npm run build\n')
  process.exit(1)
}
await import(main.href)
