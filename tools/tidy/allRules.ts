import type { Rule } from './rule.ts'
import { bannedCalls } from './rules/bannedCalls.ts'
import { changelogForm } from './rules/changelogForm.ts'
import { deadFiles } from './rules/deadFiles.ts'
import { fileLength } from './rules/fileLength.ts'
import { forbiddenNames } from './rules/forbiddenNames.ts'
import { importArrows } from './rules/importArrows.ts'
import { importCycles } from './rules/importCycles.ts'
import { largeFiles } from './rules/largeFiles.ts'
import { leftovers } from './rules/leftovers.ts'
import { lockFile } from './rules/lockFile.ts'
import { machinePaths } from './rules/machinePaths.ts'
import { nodeImports } from './rules/nodeImports.ts'
import { opFolders } from './rules/opFolders.ts'
import { silencedCheckers } from './rules/silencedCheckers.ts'
import { silentTests } from './rules/silentTests.ts'

/** The rules of the house, in the order in which their findings are shown. */
export const allRules: readonly Rule[] = [
  importArrows,
  importCycles,
  nodeImports,
  deadFiles,
  forbiddenNames,
  fileLength,
  largeFiles,
  opFolders,
  bannedCalls,
  leftovers,
  silencedCheckers,
  silentTests,
  machinePaths,
  lockFile,
  changelogForm,
]
