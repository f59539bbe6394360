import type { Device } from 'sluice'
import type { Terminal } from '../../../apps/cli/src/terminal/terminal.ts'
import type { Options } from '../options.ts'
import type { TaskRecords } from '../runs/runStudy.ts'

export async function writeReport(
  _options: Options,
  terminal: Terminal,
  _fresh?: { readonly records: readonly TaskRecords[]; readonly device: Device },
): Promise<void> {
  terminal.note('no report yet')
}
