import { Command, CommanderError } from 'commander'
import type { ClassifyOptions } from './commands/classify.ts'
import type { ConvertOptions } from './commands/convert.ts'
import type { RunOptions } from './commands/run.ts'
import type { TrainOptions } from './commands/train.ts'
import { defineDataset } from './definitions/defineDataset.ts'
import { defineEvaluate } from './definitions/defineEvaluate.ts'
import { defineInspect } from './definitions/defineInspect.ts'
import type { Finish } from './definitions/finish.ts'
import { exitCodes } from './exitCodes.ts'
import { examples } from './helpText.ts'
import { byteCount, colours, names, number, part, positive, wholeNumber } from './optionValues.ts'
import { packageVersion } from './packageVersion.ts'
import { reportError } from './reportError.ts'
import { relaxedOption, threadsOption } from './sharedOptions.ts'

/**
 * The whole command line: every command with its options, and the code of each loaded only when it is
 * called. Returns the exit code.
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.done
  const program = defineProgram((code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error)
    // Commander has said what was wrong; help and version are no errors.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  }
}

function defineProgram(finish: (exitCode: number) => void): Command {
  const program = new Command('sluice')
    .description('Train, evaluate and use gated-convolution networks on real clips.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .showHelpAfterError('(see sluice --help)')
    .addHelpText(
      'after',
      examples(
        ['sluice train clips -o model.safetensors', 'a folder per class in clips/'],
        ['sluice evaluate model.safetensors clips', ''],
        ['sluice classify model.safetensors video.mp4', ''],
      ) +
        '\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted after a checkpoint.\n' +
        'NO_COLOR=1 turns colours off; SLUICE_DEBUG=1 shows stacks of errors.\n',
    )
  defineTrain(program, finish)
  defineEvaluate(program, finish)
  defineClassify(program, finish)
  defineInspect(program, finish)
  defineDataset(program, finish)
  defineRun(program, finish)
  defineConvert(program, finish)
  for (const command of program.commands) {
    command.showHelpAfterError(`(see sluice ${command.name()} --help)`)
  }
  return program
}

function defineTrain(program: Command, finish: Finish): void {
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
    .optionsGroup('Training:')
    .option('--epochs <n>', 'times every clip is seen (default: 20)', wholeNumber(1))
    .option('--batch <n>', 'clips per step (default: 16)', wholeNumber(1, 65536))
    .option('--optimizer <name>', 'adamw or sgd (default: adamw)')
    .option('--lr <rate>', 'learning rate (default: 0.004 for adamw, 0.05 for sgd)', positive)
    .option('--momentum <m>', 'momentum of sgd (default: 0.9)', part)
    .option('--weight-decay <w>', 'of weights, not biases and norms (default: 0.01)', number(0))
    .option('--schedule <name>', 'cosine or constant (default: cosine)')
    .option('--warmup <epochs>', 'epochs of linear warm-up (default: 1)', number(0))
    .option('--clip-norm <norm>', 'largest norm of the gradient, 0: any (default: 1)', number(0))
    .option('--label-smoothing <part>', 'probability spread over all classes (default: 0.05)', part)
    .option('--seed <n>', 'seed of everything random (default: 0)', wholeNumber(0, 2 ** 32 - 1))
    .optionsGroup('Machine:')
    .option('--threads <n>', 'worker threads; never changes the result', wholeNumber(1, 64))
    .option('--relaxed-simd', 'faster multiply-adds; bits may differ between machines')
    .option('--checkpoint-every <steps>', 'write checkpoints more often', wholeNumber(1))
    .optionsGroup('Output:')
    .option('--json', 'print records as JSON lines, progress to standard error')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        ['sluice train clips -o gestures.safetensors', ''],
        ['sluice train clips.csv -o g.safetensors --mirror left=right', 'path,label,group …'],
        ['sluice train clips -o g.safetensors --frames 16 --size 96 --fps 12 --epochs 40', ''],
        ['sluice train -o g.safetensors --resume', 'after Ctrl-C'],
      ),
    )
    .action(async (clips: string | undefined, options: TrainOptions) => {
      const { train } = await import('./commands/train.ts')
      finish(await train(clips, options))
    })
}

function defineClassify(program: Command, finish: Finish): void {
  program
    .command('classify')
    .summary('name what clips or videos show')
    .description(
      'Class probabilities per file. Over a video longer than the network sees at once, a window ' +
        'slides and gives a timeline; the label is that of the windows averaged.',
    )
    .argument('<model>', 'a model file')
    .argument('<files...>', 'videos, animated images, or folders of images')
    .option('--top <n>', 'classes shown per file (default: 5)', wholeNumber(1))
    .option('--step <seconds>', 'seconds between windows (default: half a window)', positive)
    .option('--timeline', 'add the windows to the JSON lines')
    .addOption(threadsOption())
    .addOption(relaxedOption())
    .option('--json', 'print one JSON object a line: file, label, probabilities')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        ['sluice classify model.safetensors wave.mp4', ''],
        ['sluice classify model.safetensors recordings/*.mp4 --json', ''],
        ['sluice classify model.safetensors long.mkv --step 0.5', 'a finer timeline'],
      ),
    )
    .action(async (model: string, files: string[], options: ClassifyOptions) => {
      const { classify } = await import('./commands/classify.ts')
      finish(await classify(model, files, options))
    })
}

function defineRun(program: Command, finish: Finish): void {
  program
    .command('run')
    .summary('run a network on raw tensors')
    .description(
      'Reads the float32 tensor "input" [N, C, D, H, W] from a safetensors file, runs the network ' +
        'on it without any preprocessing, and writes the float32 tensor "output" [N, classes]: ' +
        'logits, before any softmax. Batch and, where the network allows, sizes follow the file.',
    )
    .argument('<model>', 'a model file')
    .argument('<input>', 'a .safetensors file with the tensor "input"')
    .requiredOption('-o, --output <file>', 'the .safetensors file to write')
    .addOption(threadsOption())
    .addOption(relaxedOption())
    .option('--json', 'print one JSON object about what was done')
    .option('--quiet', 'say nothing')
    .addHelpText(
      'after',
      examples(['sluice run model.safetensors in.safetensors -o out.safetensors', '']),
    )
    .action(async (model: string, input: string, options: RunOptions) => {
      const { run } = await import('./commands/run.ts')
      finish(await run(model, input, options))
    })
}

function defineConvert(program: Command, finish: Finish): void {
  program
    .command('convert')
    .summary('make a model file of PyTorch weights')
    .description(
      'Reads a PyTorch state_dict (.pt, .pth; nothing in it is executed) or safetensors, recognises ' +
        'the network by the names and shapes of its tensors, and writes a model file.',
    )
    .argument('<weights>', 'a .pt, .pth or .safetensors file')
    .requiredOption('-o, --output <file>', 'the model file to write')
    .option(
      '--classes <names>',
      'names of the classes between commas, in the order of the outputs',
      names,
    )
    .option('--frames <n>', 'frames per clip, if not what the weights say', wholeNumber(1, 4096))
    .option('--size <pixels>', 'height and width of the input', wholeNumber(1, 4096))
    .option('--fps <rate>', 'frames per second at which clips are seen (default: 10)', positive)
    .option('--mean <r,g,b>', 'subtracted from colours of 0 to 1 (default: 0.45)', colours)
    .option('--std <r,g,b>', 'what the difference is divided by (default: 0.225)', colours)
    .option('--causal', 'the network is causal in time, which weights do not tell')
    .option('--json', 'print one JSON object about what was recognised')
    .option('--quiet', 'say nothing')
    .addHelpText(
      'after',
      examples(
        ['sluice convert weights.pt -o model.safetensors', ''],
        ['sluice convert weights.pt -o model.safetensors --classes run,jump,wave', ''],
      ),
    )
    .action(async (weights: string, options: ConvertOptions) => {
      const { convert } = await import('./commands/convert.ts')
      finish(await convert(weights, options))
    })
}
