import type { Command } from 'commander'
import { examples } from '../helpText.ts'
import type { TrainInpainterOptions } from '../inpainterTraining/inpainterContext.ts'
import {
  byteCount,
  names,
  number,
  numbers,
  part,
  positive,
  risingNumbers,
  wholeNumber,
  wholeNumbers,
} from '../optionValues.ts'
import { maxMemoryOption, relaxedOption, threadsOption } from '../sharedOptions.ts'
import type { Finish } from './finish.ts'

/** `sluice train-inpainter` with its options. */
export function defineTrainInpainter(program: Command, finish: Finish): void {
  program
    .command('train-inpainter')
    .summary('train a network that fills holes, on a folder of photos')
    .description(
      'Trains an inpainter on crops of photographs with holes drawn into them: strokes, boxes, silhouettes. Photos ' +
        'below valid/ validate (otherwise a part is held out), those below test/ stay out; the weights with the best hole ' +
        'PSNR are kept. Previews are written on the way. Ctrl-C writes a checkpoint and stops; --resume goes on to the same bits.',
    )
    .argument('[photos]', 'the folder of photos; not needed with --resume')
    .requiredOption('-o, --output <file>', 'the model file to write (.safetensors)')
    .option('--resume', 'go on from the checkpoint of an interrupted run')
    .optionsGroup('Pictures:')
    .option('--crop <pixels>', 'height and width of a crop (default: 128)', wholeNumber(8, 4096))
    .option(
      '--views <least,most>',
      'how many crops long a photo is made, its short side\n(default: 1,4; never enlarged)',
      numbers,
    )
    .option(
      '--augment <how>',
      'off, mild (mirrored) or strong: turned and recoloured,\nfor few photos (default: mild)',
    )
    .option('--hole <least,most>', 'part of a crop that is hole (default: 0.1,0.5)', numbers)
    .option('--shapes <names>', 'of strokes, boxes, silhouettes (default: all)', names)
    .option(
      '--canvas <n>',
      'draw masks on n times the crop and cut them out: parts of\nlarger holes (default: 1)',
      number(1, 16),
    )
    .option('--val <part>', 'part of the photos held out, without valid/ (default: 0.1)', part)
    .option('--valid-size <pixels>', 'pictures that validate (default: 256)', wholeNumber(8, 2048))
    .option('--valid-every <steps>', 'steps between validations (default: 500)', wholeNumber(1))
    .option('--memory <amount>', 'decoded photos kept in memory (default: 768MiB)', byteCount)
    .option(
      '--workers <n>',
      'threads that decode and crop (default: up to 4);\nneither changes the result',
      wholeNumber(0, 64),
    )
    .optionsGroup('Network:')
    .option(
      '--network <name or file>',
      'inpainter, deepFillV2, or a .json description\n(default: inpainter)',
    )
    .option(
      '--channels <list>',
      'of inpainter, from half the size on, such as 24,48,96,112',
      wholeNumbers,
    )
    .option(
      '--width <n>',
      'of deepFillV2, channels of its first layer (default: 24)',
      wholeNumber(2, 1024),
    )
    .option('--from <file>', 'begin with the weights of a model or a checkpoint')
    .optionsGroup('Loss:')
    .option(
      '--loss <name>',
      'l1, or what is left of the error of a smooth fill:\nsmooth-relative (squared), smooth-relative-l1 (default: l1)',
    )
    .option('--hole-weight <w>', 'of l1 inside the hole (default: 6)', number(0))
    .option('--valid-weight <w>', 'of l1 outside of it (default: 1)', number(0))
    .option(
      '--adversarial [weight]',
      'train against a discriminator (SN-PatchGAN) as well\n(weight: 0.1)',
      number(0),
    )
    .option(
      '--discriminator-width <n>',
      'channels of its first layer (default: 64)',
      wholeNumber(1, 1024),
    )
    .option('--discriminator-rate <rate>', 'its learning rate (default: the network’s)', positive)
    .option(
      '--perceptual [weight]',
      'compare by what a ResNet-34 sees as well (weight: 0.05)',
      number(0),
    )
    .optionsGroup('Training:')
    .option('--steps <n>', 'steps in all (default: 5000)', wholeNumber(1))
    .option('--batch <n>', 'crops per step (default: 8)', wholeNumber(1, 4096))
    .option(
      '--learning-rate <rate>',
      'the largest (default: 0.001, of deepFillV2 0.0001)',
      positive,
    )
    .option('--beta2 <b>', 'second beta of Adam (default: 0.999)', part)
    .option('--schedule <name>', 'cosine, constant or multi-step (default: cosine)')
    .option(
      '--milestones <steps>',
      'when --schedule multi-step falls, such as 3000,4500',
      risingNumbers,
    )
    .option('--gamma <factor>', 'what the rate falls by (default: 0.1)', positive)
    .option('--warmup <steps>', 'steps of linear warm-up (default: 100)', wholeNumber(0))
    .option('--clip-norm <norm>', 'largest norm of the gradient, 0: any (default: 1)', number(0))
    .option('--ema <decay>', 'moving average of the weights, 0: none (default: 0.998)', part)
    .option('--seed <n>', 'seed of everything random (default: 0)', wholeNumber(0, 2 ** 32 - 1))
    .optionsGroup('Machine:')
    .addOption(threadsOption())
    .addOption(maxMemoryOption())
    .addOption(relaxedOption())
    .option(
      '--checkpoint-every <steps>',
      'write checkpoints more often (default: 100)',
      wholeNumber(1),
    )
    .optionsGroup('Output:')
    .option('--half', 'write weights as 16-bit floats: half the file')
    .option('--json', 'print records as JSON lines, progress to standard error')
    .option('--tensorboard <folder>', 'write event files for TensorBoard there')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        ['sluice train-inpainter photos -o inpainter.safetensors', ''],
        ['sluice train-inpainter photos -o i.safetensors --crop 96 --batch 4 --steps 20000', ''],
        [
          'sluice train-inpainter photos -o i.safetensors --augment strong --canvas 2',
          'few photos',
        ],
        ['sluice train-inpainter photos -o d.safetensors --network deepFillV2 --adversarial', ''],
        ['sluice train-inpainter -o inpainter.safetensors --resume', 'after Ctrl-C'],
      ),
    )
    .action(async (photos: string | undefined, options: TrainInpainterOptions) => {
      const { trainInpainter } = await import('../commands/trainInpainter.ts')
      finish(await trainInpainter(photos, options))
    })
}
