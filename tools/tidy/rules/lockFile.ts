import type { House } from '../house.ts'
import { lineAt } from '../maskSource.ts'
import type { Rule } from '../rule.ts'

const REMOTE = /"resolved": "(?:https?|git)[^"]*"/g

/** Lock files name packages and hashes; where to fetch them is the business of each machine. */
export const lockFile: Rule = {
  name: 'lock-file',
  check: (house: House) =>
    house.files.flatMap(({ path, text }) =>
      text === undefined || !path.endsWith('package-lock.json')
        ? []
        : [...text.matchAll(REMOTE)].map((match) => ({
            file: path,
            line: lineAt(text, match.index),
            message:
              'names a registry: .npmrc beside it needs omit-lockfile-registry-resolved=true',
          })),
    ),
}
