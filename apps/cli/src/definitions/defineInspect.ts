import type { Command } from 'commander'
import type { InspectOptions } from '../commands/inspect.ts'
import { examples } from '../helpText.ts'
import { number, shape } from '../optionValues.ts'
import { threadsOption } from '../sharedOptions.ts'
import type { Finish } from './finish.ts'

/** `sluice inspect` with its options. */
export function defineInspect(program: Command, finish: Finish): void {
  program
    .command('inspect')
    .summary('show what is in a model file')
    .description(
      'Layers, shapes, parameters, multiply-adds, receptive field, memory and the training record ' +
        'of a model file; for other safetensors files, the tensors. With a clip: what each gated ' +
        'layer lets through, or where the network looks. With a photo and a mask: how the gates of ' +
        'an inpainter close the hole.',
    )
    .argument('<model>', 'a model file, or any .safetensors')
    .option('--input <n,c,d,h,w>', 'the input to compute for, such as 1,3,16,112,112', shape)
    .option('--tensors', 'list every tensor')
    .option('--json', 'print one JSON object')
    .optionsGroup('With a clip:')
    .option('--gates <clip>', 'draw what each gated layer lets through, per frame (or of a photo)')
    .option('--mask <picture>', 'of --gates with a photo: the hole, white or painted')
    .option('--cam <clip>', 'draw where the network looks (3-D Grad-CAM)')
    .option('--at <seconds>', 'where the clip begins (default: its middle is seen)', number(0))
    .option('--class <name>', 'of --cam: the class to explain (default: the one it says)')
    .option('--layer <name>', 'of --cam: by which layer (default: the last convolution)')
    .option(
      '-o, --output <file>',
      'a page (.html) or a sheet (.png); may be given twice',
      (file: string, before: string[] = []) => [...before, file],
    )
    .addOption(threadsOption())
    .addHelpText(
      'after',
      examples(
        ['sluice inspect model.safetensors', ''],
        ['sluice inspect model.safetensors --gates wave.mp4 -o gates.html', ''],
        [
          'sluice inspect inpainter.safetensors --gates photo.jpg --mask mask.png -o gates.html',
          '',
        ],
        ['sluice inspect model.safetensors --cam wave.mp4 --class wave -o looks.png', ''],
      ),
    )
    .action(async (model: string, options: InspectOptions) => {
      const { inspect } = await import('../commands/inspect.ts')
      finish(await inspect(model, options))
    })
}
