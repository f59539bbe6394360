import { type Command, Option } from 'commander'
import type { InpaintOptions } from '../commands/inpaint.ts'
import { polygon, rectangle } from '../filling/shapeArguments.ts'
import { examples } from '../helpText.ts'
import { wholeNumber } from '../optionValues.ts'
import { maxMemoryOption, threadsOption } from '../sharedOptions.ts'
import type { Finish } from './finish.ts'

/** `sluice inpaint` with its options. */
export function defineInpaint(program: Command, finish: Finish): void {
  program
    .command('inpaint')
    .summary('fill holes in photos')
    .description(
      'Fills what a mask marks in a photo: white (128 or brighter), or what is painted on ' +
        'transparent ground. All else stays as it is, bit for bit where the output loses nothing ' +
        '(.png, lossless .webp); JPEG and lossy WebP are compressed as the photo was. Alpha, colour ' +
        'profile, EXIF and orientation are kept.',
    )
    .argument('<photo>', 'a photo (JPEG, PNG, WebP, TIFF, GIF, AVIF), or a folder of photos')
    .argument(
      '[mask]',
      "a picture as the photo is displayed; for a folder one mask, or a folder\nof masks by the photos' names (a.png or a_mask.png for a.jpg)",
    )
    .requiredOption('-o, --output <file>', 'a .png, .jpg or .webp file; for a folder, a folder')
    .option('--model <file>', 'the model file of an inpainter')
    .option('--overwrite', 'replace outputs that are there')
    .optionsGroup('Where the hole is:')
    .option(
      '--rect <x,y,w,h>',
      'a rectangle, in pixels as displayed; may be given again',
      rectangle,
    )
    .option('--polygon <corners>', 'corners as "x,y x,y x,y"; may be given again', polygon)
    .option('--invert', 'black, or what is not painted, is the hole')
    .option('--no-detect', 'do not turn a mask round that is white nearly everywhere')
    .option('--grow <pixels>', 'enlarge the hole on all sides (default: 0)', wholeNumber(0, 1000))
    .optionsGroup('How it is filled:')
    .option(
      '--feather <pixels>',
      'blend into what was there, inside the hole (default: 0)',
      wholeNumber(0, 1000),
    )
    .addOption(
      new Option(
        '--strategy <name>',
        'parts around the holes at full size, the photo scaled down, or all\nof it at once (default: original for small photos, crop for others)',
      ).choices(['crop', 'resize', 'original']),
    )
    .option(
      '--margin <pixels>',
      'seen around a hole by crop, at least (default: 64)',
      wholeNumber(0, 1024),
    )
    .optionsGroup('How it is saved:')
    .option(
      '--quality <n>',
      'of JPEG and WebP, 1 to 100 (default: as the photo)',
      wholeNumber(1, 100),
    )
    .option('--lossless', 'WebP without loss')
    .optionsGroup('Others:')
    .addOption(threadsOption())
    .addOption(maxMemoryOption())
    .option('--relaxed-simd', 'faster multiply-adds (default: where Node has them without a flag)')
    .option('--no-relaxed-simd', 'the same bits on every machine; slower')
    .option('--json', 'print one JSON object a line about each photo')
    .option('--quiet', 'warnings only')
    .addHelpText(
      'after',
      examples(
        ['sluice inpaint photo.jpg mask.png -o filled.png', ''],
        ['sluice inpaint photo.jpg -o filled.jpg --rect 120,80,200,64', 'without a mask'],
        ['sluice inpaint photo.jpg mask.png -o filled.jpg --grow 4 --feather 4', ''],
        ['sluice inpaint photos watermark.png -o filled', 'one mask for a folder'],
        ['sluice inpaint photos masks -o filled', 'again: goes on where it stopped'],
      ),
    )
    .action(async (photo: string, mask: string | undefined, options: InpaintOptions) => {
      const { inpaint } = await import('../commands/inpaint.ts')
      finish(await inpaint(photo, mask, options))
    })
}
