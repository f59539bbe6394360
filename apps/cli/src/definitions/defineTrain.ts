import type { Command } from 'commander'
import { examples } from '../helpText.ts'
import { byteCount, number, part, positive, risingNumbers, wholeNumber } from '../optionValues.ts'
import { maxMemoryOption, threadsOption } from '../sharedOptions.ts'
import type { TrainOptions } from '../training/trainingContext.ts'
import type { Finish } from './finish.ts'

/** `sluice train` with its options. */
export function defineTrain(program: Command, finish: Finish): void {
  program
    .command('train')
    .summary('train a network on a folder of labelled clips')
    .description(
      'Trains a network on clips: one folder per class, with or without train/, valid/ and test/ ' +
        'above, or a CSV list with the columns path,label (and start,end,group,split). Video files are read with ffmpeg; animated GIF and WebP, folders of images and arrays ' +
        '(.npy, .npz, .safetensors) need nothing. Ctrl-C writes a checkpoint and stops; --resume goes on to the same bits.',
    )
    .argument('[clips]', 'the folder of clips, or a CSV list; not needed with --resume')
    .requiredOption('-o, --output <file>', 'the model file to write (.safetensors)')
    .option('--resume', 'go on from the checkpoint of an interrupted run')
    .optionsGroup('Clips:')
    .option('--frames <n>', 'frames per clip (default: 8; all of an array)', wholeNumber(1, 4096))
    .option(
      '--axes <letters>',
      'axes of arrays, as stored: letters of C, D, H, W, such as DCHW\n(default: D, CD, DHW or CDHW)',
    )
    .option('--size <pixels>', 'height and width of the input (default: 64)', wholeNumber(4, 4096))
    .option('--fps <rate>', 'frames per second at which clips are seen (default: 10)', positive)
    .option('--resize <how>', 'crop the middle square, or stretch the frame (default: crop)')
    .option('--val <part>', 'part held out to validate, without valid/ (default: 0.2)', part)
    .option(
      '--augment <strengths>',
      'off, mild, or a list such as crop=0.1,scale=0.1,brightness=0.2,\ncontrast=0.2,jitter=1,speed=0.2 (default: mild)',
    )
    .option(
      '--group-by <rule>',
      'clips that no split may separate: folder, prefix, or\n"/pattern/" in the path (in a list: the column group)',
    )
    .option('--mirror <classes>', 'exchange left and right: left=right,wave, or all')
    .option('--reverse <classes>', 'run backwards, likewise: open=close,wave, or all')
    .option('--cache <folder>', 'where decoded clips are kept (default: your cache folder)')
    .option('--no-cache', 'decode clips anew')
    .option('--memory <amount>', 'decoded clips kept in memory (default: 768MiB)', byteCount)
    .option(
      '--workers <n>',
      'threads that decode and make clips (default: up to 4);\nneither changes the result',
      wholeNumber(0, 64),
    )
    .optionsGroup('Network:')
    .option(
      '--model <name or file>',
      'tiny, small, base (clipClassifier), spatioTemporalGatedConvNet,\nor a .json description (default: small)',
    )
    .option('--causal', 'outputs depend on earlier frames only')
    .option('--factorised', '(2+1)-D: convolve in space, then in time')
    .option(
      '--from <file>',
      'begin with the weights of a model or a checkpoint, which also says\nthe network and how it sees clips; the head is new for other classes',
    )
    .option('--freeze <n>', 'blocks from the front that stay as they are', wholeNumber(0))
    .optionsGroup('Training:')
    .option('--epochs <n>', 'times every clip is seen (default: 20)', wholeNumber(1))
    .option('--batch <n>', 'clips per batch (default: 16)', wholeNumber(1, 65536))
    .option(
      '--accumulate <n>',
      'batches per step, their gradients averaged (default: 1)',
      wholeNumber(1, 65536),
    )
    .option('--optimizer <name>', 'adamw, adam or sgd (default: adamw)')
    .option('--lr <rate>', 'learning rate, the largest (default: 0.004, of sgd 0.05)', positive)
    .option('--momentum <m>', 'momentum of sgd (default: 0.9)', part)
    .option('--beta1 <b>', 'first beta of adam and adamw (default: 0.9)', part)
    .option(
      '--weight-decay <w>',
      'of weights, not biases and norms (default: 0.01, of adam 0)',
      number(0),
    )
    .option(
      '--schedule <name>',
      'cosine, constant, step, multi-step or one-cycle (default: cosine)',
    )
    .option(
      '--step-epochs <n>',
      'epochs between falls of --schedule step (default: a third)',
      wholeNumber(1),
    )
    .option(
      '--milestones <epochs>',
      'when --schedule multi-step falls, such as 30,45\n(default: half and three quarters)',
      risingNumbers,
    )
    .option('--gamma <factor>', 'what the rate falls by (default: 0.1)', positive)
    .option('--warmup <epochs>', 'epochs of linear warm-up (default: 1; one-cycle: 0)', number(0))
    .option('--early-stop <n>', 'end after so many epochs without a better one', wholeNumber(1))
    .option('--min-delta <d>', 'by how much better counts for --early-stop (default: 0)', number(0))
    .option(
      '--ema <decay>',
      'evaluate and keep a moving average of the weights, such as 0.99',
      part,
    )
    .option(
      '--class-weights <how>',
      'none, balanced, or one number per class between commas\n(default: none)',
    )
    .option('--clip-norm <norm>', 'largest norm of the gradient, 0: any (default: 1)', number(0))
    .option('--label-smoothing <part>', 'probability spread over all classes (default: 0.05)', part)
    .option('--seed <n>', 'seed of everything random (default: 0)', wholeNumber(0, 2 ** 32 - 1))
    .optionsGroup('Machine:')
    .addOption(threadsOption())
    .addOption(maxMemoryOption())
    .option('--relaxed-simd', 'faster multiply-adds; bits may differ between machines')
    .option('--checkpoint-every <batches>', 'write checkpoints more often', wholeNumber(1))
    .optionsGroup('Output:')
    .option('--json', 'print records as JSON lines, progress to standard error')
    .option('--tensorboard <folder>', 'write event files for TensorBoard there')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        ['sluice train clips -o gestures.safetensors', ''],
        ['sluice train clips.csv -o g.safetensors --mirror left=right', 'path,label,group …'],
        ['sluice train clips -o g.safetensors --frames 16 --size 96 --fps 12 --epochs 40', ''],
        ['sluice train new -o h.safetensors --from g.safetensors --freeze 2', 'fine-tune'],
        ['sluice train clips -o g.safetensors --class-weights balanced --early-stop 5', ''],
        ['sluice train -o g.safetensors --resume', 'after Ctrl-C'],
      ),
    )
    .action(async (clips: string | undefined, options: TrainOptions) => {
      const { train } = await import('../commands/train.ts')
      finish(await train(clips, options))
    })
}
