import { shownPath } from '../files/paths.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { RunDescription, RunFolder } from './runFolder.ts'

/** Empties a run's folder for one that begins, and says so where a finished one stood there. */
export function startFolder(
  { folder, replaces }: { readonly folder: RunFolder; readonly replaces: boolean },
  description: RunDescription,
  terminal: Terminal,
): void {
  if (replaces) terminal.note(`replacing the finished run in ${shownPath(folder.path)}`)
  folder.clear()
  folder.writeDescription(description)
}
