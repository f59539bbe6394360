import type { Command } from 'commander'
import type { EvaluateOptions } from '../commands/evaluate.ts'
import { examples } from '../helpText.ts'
import { wholeNumber } from '../optionValues.ts'
import { batchOption, maxMemoryOption, relaxedOption, threadsOption } from '../sharedOptions.ts'
import type { Finish } from './finish.ts'

/** `sluice evaluate` with its options. */
export function defineEvaluate(program: Command, finish: Finish): void {
  program
    .command('evaluate')
    .summary('measure a model on labelled clips')
    .description(
      'Classifies labelled clips and reports accuracy, precision and recall per class and the ' +
        'confusion matrix. Several clips of a long video are averaged.',
    )
    .argument('<model>', 'a model file')
    .argument('<clips>', 'the folder of clips, or a CSV list; its test part if it has one')
    .option('--split <name>', 'train, valid, test or all (default: test if there is one)')
    .option('--clips <n>', 'clips per video, averaged (default: 5)', wholeNumber(1, 1000))
    .option(
      '--topk <k>',
      'k of the top-k accuracy (default: 5, fewer with few classes)',
      wholeNumber(1),
    )
    .option(
      '--order <order>',
      'frames as shown; or, to see whether time is used, shuffled,\nor the middle one still (default: shown)',
    )
    .option('--seed <n>', 'seed of the shuffle (default: 0)', wholeNumber(0, 2 ** 32 - 1))
    .addOption(batchOption())
    .addOption(threadsOption())
    .addOption(maxMemoryOption())
    .addOption(relaxedOption())
    .option('--cache <folder>', 'where decoded clips are kept')
    .option('--no-cache', 'decode clips anew')
    .option('--html <file>', 'write a report with curves, matrix and the worst mistakes')
    .option('--report <file>', 'write the JSON object to a file as well')
    .option('--json', 'print one JSON object')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        ['sluice evaluate model.safetensors clips', ''],
        ['sluice evaluate model.safetensors clips --split valid --json', ''],
        ['sluice evaluate model.safetensors clips --html report.html', 'one file to look at'],
        ['sluice evaluate model.safetensors clips --order shuffled', 'is time used?'],
      ),
    )
    .action(async (model: string, clips: string, options: EvaluateOptions) => {
      const { evaluate } = await import('../commands/evaluate.ts')
      finish(await evaluate(model, clips, options))
    })
}
