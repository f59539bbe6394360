/**
 * Reads the JSON report of a test run and prints `N passed, N failed`, summed over all suites. A
 * file that could not even be loaded counts as one failure, and so does a missing report: silence
 * must never look like success. Exits 1 when anything failed or nothing ran.
 */
import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/**
 * @param {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} report
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
export function countTests(report) {
  const count = { passed: 0, failed: 0, skipped: 0 }
  for (const file of report.testResults) {
    let failed = 0
    for (const { status } of file.assertionResults) {
      if (status === 'passed') count.passed++
      else if (status === 'failed') failed++
      else count.skipped++
    }
    count.failed += file.status === 'failed' ? Math.max(failed, 1) : failed
  }
  return count
}

/** The closing line; skipped tests are named only when there are any. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`
}

const path = process.argv[2]
if (path !== undefined && import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const count = existsSync(path)
    ? countTests(JSON.parse(readFileSync(path, 'utf8')))
    : { passed: 0, failed: 1, skipped: 0 }
  process.stdout.write(`${closingLine(count)}\n`)
  process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0
}
