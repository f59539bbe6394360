import type { House } from '../house.ts'
import { lineAt } from '../maskSource.ts'
import type { Rule } from '../rule.ts'

/** Written without their slashes, so that this file does not find itself. */
const ROOTS = ['work', 'root', 'tmp', 'farm', 'mnt']
const ABSOLUTE = String.raw`(?<![\w.$})\]*-])/(?:${ROOTS.join('|')})(?=[/'"\x60\s)]|$)`
const OUTSIDE = String.raw`\.\./` + String.raw`shared(?=[/'"\x60\s)]|$)`
const MACHINE_PATH = new RegExp(`${ABSOLUTE}|${OUTSIDE}`, 'gm')

/** A path of one machine means nothing on another. */
export const machinePaths: Rule = {
  name: 'machine-path',
  check: (house: House) =>
    house.files.flatMap(({ path, text }) =>
      text === undefined
        ? []
        : [...text.matchAll(MACHINE_PATH)].map((match) => ({
            file: path,
            line: lineAt(text, match.index),
            message: `${match[0]} is a path of one machine: use one inside the repository, or a temporary folder`,
          })),
    ),
}
