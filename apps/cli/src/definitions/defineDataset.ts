import type { Command } from 'commander'
import type { DatasetOptions } from '../commands/dataset.ts'
import { examples } from '../helpText.ts'
import type { Finish } from './finish.ts'

/** `sluice dataset` with its options. */
export function defineDataset(program: Command, finish: Finish): void {
  program
    .command('dataset')
    .summary('say what is in a set of labelled clips')
    .description(
      'Reads every clip and says what is there: clips per class and split, lengths, sizes, frame ' +
        'rates, files that cannot be read and why, and leakage: the same content, overlapping parts ' +
        'of a recording or the same group in two splits, which makes a test look better than it is.',
    )
    .argument('<clips>', 'the folder of clips, or a CSV list of them')
    .option('--sheet <file>', 'write a contact sheet: a picture (.png) or a page (.html)')
    .option('--strict', 'end with 1 when there is leakage between splits')
    .option('--near', 'also look for nearly the same content in two splits')
    .option(
      '--group-by <rule>',
      'what belongs together: folder, prefix, or a /pattern/ in the path',
    )
    .option('--axes <letters>', 'axes of arrays, such as DCHW (default: D, CD, DHW or CDHW)')
    .option('--cache <folder>', 'where decoded clips are kept')
    .option('--no-cache', 'decode clips anew')
    .option('--json', 'print one JSON object')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        ['sluice dataset clips', ''],
        ['sluice dataset clips --sheet sheet.html', 'with pictures, one file to look at'],
        ['sluice dataset list.csv --strict --json', 'for scripts: fails on leakage'],
      ),
    )
    .action(async (clips: string, options: DatasetOptions) => {
      const { dataset } = await import('../commands/dataset.ts')
      finish(await dataset(clips, options))
    })
}
