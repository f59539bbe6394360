import type { Command } from 'commander'
import type { ProfileCommandOptions } from '../commands/profile.ts'
import { examples } from '../helpText.ts'
import { shape, wholeNumber } from '../optionValues.ts'
import { relaxedOption, threadsOption } from '../sharedOptions.ts'
import type { Finish } from './finish.ts'

/** `sluice profile` with its options. */
export function defineProfile(program: Command, finish: Finish): void {
  program
    .command('profile')
    .summary('say where the time of a network goes')
    .description(
      'Runs a network several times and says of every step how long it takes (median), how many ' +
        'GFLOP/s that is, how many bytes pass through memory, which kernel was chosen and why. ' +
        'GFLOP/s count what direct sums would compute, two for each multiply-add, so a kernel that ' +
        'multiplies less (Winograd) may exceed what the machine can do. Inputs are random numbers.',
    )
    .argument('<model>', 'a model file')
    .option('--batch <n>', 'examples at a time (default: 1)', wholeNumber(1, 65536))
    .option(
      '--input <n,c,d,h,w>',
      'the input, batch first, if not what the file says, such as 1,3,16,112,112',
      shape,
    )
    .option('--training', 'a training step: forward, backward and update (AdamW)')
    .option('--runs <n>', 'runs of which medians are taken (default: 9)', wholeNumber(1, 100_000))
    .option('--exact', 'direct sums only, no Winograd')
    .addOption(threadsOption())
    .addOption(relaxedOption())
    .option('--trace <file>', 'write a trace (.json) for chrome://tracing and ui.perfetto.dev')
    .option('--json', 'print one JSON object')
    .option('--quiet', 'no notes')
    .addHelpText(
      'after',
      examples(
        ['sluice profile model.safetensors', ''],
        ['sluice profile model.safetensors --training --batch 8 --threads 2', 'a training step'],
        ['sluice profile model.safetensors --trace trace.json', 'to look at in Perfetto'],
        ['sluice profile model.safetensors --relaxed-simd --json', 'for scripts'],
      ),
    )
    .action(async (model: string, options: ProfileCommandOptions) => {
      const { profile } = await import('../commands/profile.ts')
      finish(await profile(model, options))
    })
}
