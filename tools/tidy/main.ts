/** `npm run tidy`: prints every finding as `file:line rule message`; exit code 1 when a rule is broken. */
import { fileURLToPath } from 'node:url'
import { allRules } from './allRules.ts'
import { readHouse } from './house.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const start = performance.now()
const house = readHouse(root)
let broken = 0
let warned = 0
for (const rule of allRules) {
  for (const { file, line, message, warning = false } of rule.check(house)) {
    process.stdout.write(`${file}:${line} ${rule.name}${warning ? ' (warning)' : ''} ${message}\n`)
    if (warning) warned++
    else broken++
  }
}
const seconds = ((performance.now() - start) / 1000).toFixed(1)
const summary = broken === 0 ? 'tidy' : `${broken} broken rule${broken === 1 ? '' : 's'}`
process.stdout.write(
  `${summary}: ${house.files.length} files, ${allRules.length} rules, ${warned} warnings, ${seconds} s\n`,
)
process.exitCode = broken === 0 ? 0 : 1
