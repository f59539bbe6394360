import { Command, CommanderError, Option } from 'commander'
import type { ClassifyOptions } from './commands/classify.ts'
import type { ConvertOptions } from './commands/convert.ts'
import type { RunOptions } from './commands/run.ts'
import { defineDataset } from './definitions/defineDataset.ts'
import { defineEvaluate } from './definitions/defineEvaluate.ts'
import { defineEvaluateInpainter } from './definitions/defineEvaluateInpainter.ts'
import { defineInpaint } from './definitions/defineInpaint.ts'
import { defineInspect } from './definitions/defineInspect.ts'
import { defineProfile } from './definitions/defineProfile.ts'
import { defineTrain } from './definitions/defineTrain.ts'
import { defineTrainInpainter } from './definitions/defineTrainInpainter.ts'
import type { Finish } from './definitions/finish.ts'
import { exitCodes } from './exitCodes.ts'
import { joinPolygons } from './filling/shapeArguments.ts'
import { examples } from './helpText.ts'
import { colours, names, positive, wholeNumber } from './optionValues.ts'
import { packageVersion } from './packageVersion.ts'
import { reportError } from './reportError.ts'
import { maxMemoryOption, relaxedOption, threadsOption } from './sharedOptions.ts'

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
    await program.parseAsync(joinPolygons(args), { from: 'user' })
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
        '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 the loss became\nno number (the last good checkpoint stands), 130 interrupted after a checkpoint.\n' +
        'NO_COLOR=1 turns colours off; SLUICE_DEBUG=1 shows stacks of errors.\n',
    )
  defineTrain(program, finish)
  defineEvaluate(program, finish)
  defineClassify(program, finish)
  defineInpaint(program, finish)
  defineInspect(program, finish)
  defineDataset(program, finish)
  defineProfile(program, finish)
  defineRun(program, finish)
  defineConvert(program, finish)
  defineTrainInpainter(program, finish)
  defineEvaluateInpainter(program, finish)
  for (const command of program.commands) {
    command.showHelpAfterError(`(see sluice ${command.name()} --help)`)
  }
  return program
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
    .addOption(maxMemoryOption())
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
        'logits, before any softmax. Batch and, where the network allows, sizes follow the file. ' +
        'Networks that fill holes read "image" [N, 3, H, W], from -1 to 1 and not blanked, and "mask" ' +
        '[N, 1, H, W], 1 in the hole, and write what they paint everywhere, [N, 3, H, W].',
    )
    .argument('<model>', 'a model file')
    .argument('<input>', 'a .safetensors file with the tensor "input", or "image" and "mask"')
    .requiredOption('-o, --output <file>', 'the .safetensors file to write')
    .addOption(threadsOption())
    .addOption(maxMemoryOption())
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
    .addOption(
      new Option(
        '--fuse <on|off>',
        'of DeepFill v2: score fusion in its attention (default: as its layout has it)',
      ).choices(['on', 'off']),
    )
    .option('--bgr', 'of DeepFill v2: trained on blue, green, red; turned to red, green, blue')
    .option('--json', 'print one JSON object about what was recognised')
    .option('--quiet', 'say nothing')
    .addHelpText(
      'after',
      examples(
        ['sluice convert weights.pt -o model.safetensors', ''],
        ['sluice convert weights.pt -o model.safetensors --classes run,jump,wave', ''],
        ['sluice convert states_pt_places2.pth -o deepfill.safetensors', 'DeepFill v2'],
        [
          'sluice convert states_tf_places2.pth -o deepfill.safetensors --fuse on',
          'as the original ran it',
        ],
      ),
    )
    .action(async (weights: string, options: ConvertOptions) => {
      const { convert } = await import('./commands/convert.ts')
      finish(await convert(weights, options))
    })
}
