import type { Command } from 'commander'
import type { EvaluateInpainterOptions } from '../commands/evaluateInpainter.ts'
import { examples } from '../helpText.ts'
import { wholeNumber } from '../optionValues.ts'
import { relaxedOption, threadsOption } from '../sharedOptions.ts'
import type { Finish } from './finish.ts'

/** `sluice evaluate-inpainter` with its options. */
export function defineEvaluateInpainter(program: Command, finish: Finish): void {
  program
    .command('evaluate-inpainter')
    .summary('measure how well a network fills holes')
    .description(
      'Cuts the middle square of each photo, fills a hole in it by the network and by harmonic and ' +
        'biharmonic filling (and by Telea and Navier-Stokes where python3-opencv is installed), and ' +
        'compares with the photo: PSNR, SSIM, L1 and the ResNet-34 feature distance, by the size of holes.',
    )
    .argument('<model>', 'the model file of an inpainter')
    .argument('<photos>', 'a folder of photos, at any depth')
    .option(
      '--masks <folder or seed>',
      'pictures that are white where the hole is, in the order of\ntheir names; or a number, by which holes of 10 to 35 % are drawn\n(default: 0)',
    )
    .option('--size <pixels>', 'height and width (default: 256)', wholeNumber(19, 4096))
    .option('--no-classical', 'the network alone')
    .option('--html <file>', 'write a page with all pictures side by side')
    .addOption(threadsOption())
    .addOption(relaxedOption())
    .option('--json', 'print everything as one line of JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        ['sluice evaluate-inpainter inpainter.safetensors photos/test --masks 7', ''],
        ['sluice evaluate-inpainter i.safetensors photos --masks masks --html fills.html', ''],
      ),
    )
    .action(async (model: string, photos: string, options: EvaluateInpainterOptions) => {
      const { evaluateInpainter } = await import('../commands/evaluateInpainter.ts')
      finish(await evaluateInpainter(model, photos, options))
    })
}
