import type { House } from '../house.ts'
import type { Finding, Rule } from '../rule.ts'

const FILE = 'CHANGELOG.md'
const PACKAGE = 'packages/sluice/package.json'

/**
 * The log of changes: `# Changelog`, then `## 1.2.3` (or `## Unreleased` on top), newest first, each
 * with bullets that begin in bold and go on to say why. The newest is the version of the package.
 */
export const changelogForm: Rule = {
  name: 'changelog-form',
  check(house: House): Finding[] {
    const text = house.files.find(({ path }) => path === FILE)?.text
    const at = (line: number, message: string) => ({ file: FILE, line, message })
    if (text === undefined) return [at(1, 'there is no log of changes')]
    const lines = text.split('\n')
    const findings: Finding[] = []
    if (lines[0] !== '# Changelog') findings.push(at(1, 'must begin with "# Changelog"'))
    const headings = lines
      .map((content, index) => ({ content, line: index + 1 }))
      .filter(({ content }) => content.startsWith('## '))
    let newest: string | undefined
    let previous: string | undefined
    headings.forEach(({ content, line }, index) => {
      const title = content.slice(3)
      const end = headings[index + 1]?.line ?? lines.length + 1
      const body = lines.slice(line, end - 1)
      if (!body.some((each) => /^\* \*\*.+\*\*/.test(each))) {
        findings.push(at(line, `${title} has no entry "* **What changed**: why, and for whom"`))
      }
      if (title === 'Unreleased' && index === 0) return
      if (!/^\d+\.\d+\.\d+$/.test(title)) findings.push(at(line, `"${title}" is no version`))
      else if (previous !== undefined && compare(title, previous) >= 0) {
        findings.push(at(line, `${title} stands below ${previous}: newest first`))
      }
      previous = title
      newest ??= title
    })
    const version = versionOf(house)
    if (version !== undefined && newest !== version) {
      findings.push(at(1, `the newest entry is ${newest ?? 'missing'}, the package is ${version}`))
    }
    return findings
  },
}

function versionOf(house: House): string | undefined {
  const text = house.files.find(({ path }) => path === PACKAGE)?.text
  return text === undefined ? undefined : (JSON.parse(text) as { version?: string }).version
}

function compare(a: string, b: string): number {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)]
  for (let i = 0; i < 3; i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
