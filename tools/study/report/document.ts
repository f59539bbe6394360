import { count } from '../../../apps/cli/src/terminal/quantities.ts'
import { meanOf } from '../statistics/intervals.ts'
import { findingsOf, headline } from './findings.ts'
import type { GateRow, Results, TaskResults } from './results.ts'
import { rateSection, taskSection } from './taskSections.ts'
import { counted, listed, table, wrapped } from './words.ts'

/** Paragraphs, wrapped; pictures, remarks and anything with lines of its own stand as they are. */
function paragraphs(...texts: readonly string[]): string {
  const whole = (text: string) => text.includes('\n') || /^(?:!\[|<!--)/.test(text)
  return texts.map((text) => (whole(text) ? text : wrapped(text))).join('\n\n')
}

/**
 * The document, from results alone: what it concludes follows by rule from the intervals, whichever way the numbers
 * went. Pictures are named and made elsewhere.
 */
export function studyDocument(results: Results): string {
  const { tasks } = results
  const filling = tasks.filter(({ measure }) => measure === 'psnr')
  const telling = tasks.filter(({ measure }) => measure === 'accuracy')
  const sections = [
    '# Does the gate help?',
    paragraphs(
      '<!-- Written by `npm run study` from docs/study/results.json: change tools/study, not this file. -->',
      '"Gating helps" is claimed in many papers and shown in few that can be run again at home. Here small networks are trained with gated, plain and, for holes, partial convolutions, of the same number of parameters and the same number of multiply-adds, on the same data in the same order. Whatever came out is what stands here.',
      `**In short.** ${headline(results)} These are small networks, briefly trained: [what this does not show](#what-this-does-not-show).`,
      '![Gated minus the other variant, with intervals, for every comparison](study/differences.svg)',
    ),
    '## What was done',
    whatWasDone(results),
    ...filling.flatMap((task) => ['## Holes in photographs', fillSection(task, results)]),
    ...(telling.length === 0 ? [] : ['## Clips', clipSections(telling)]),
    '## How they learned',
    paragraphs('![Learning curves of all runs, task by task](study/curves.svg)'),
    ...(results.gates.length === 0
      ? []
      : ['## What the gates let through', gateSection(results.gates)]),
    '## Learning rates',
    ratesText(tasks),
    '## What this does not show',
    limits(results),
    '## To do it again',
    again(results),
  ]
  return `${sections.join('\n\n')}\n`
}

function seedsOf({ tasks }: Results): number[] {
  return [...new Set(tasks.flatMap(({ runs }) => runs.map(({ seed }) => seed)))].sort(
    (a, b) => a - b,
  )
}

function whatWasDone(results: Results): string {
  const seeds = seedsOf(results)
  return paragraphs(
    'A gated layer is `φ(F) ⊙ σ(G)` with two kernels, a plain one `φ(F)` with one, so a plain network may be wider. Its widths are searched layer by layer around √2 times the gated ones, until parameters *and* multiply-adds, as the engine counts them, are those of the gated network within 2 %. Both grow with the product of neighbouring widths, so one network meets both conditions, and each comparison holds at equal parameters and at equal multiply-adds alike. (The product with the gate, activations, norms and the masks of partial convolutions are not counted as multiply-adds; the time of a step holds them.)',
    `Each network is trained ${seeds.length} times, with seeds ${listed(seeds.map(String))}. Of one seed, all variants see the same crops, holes or clips in the same order, with the same loss, optimizer (Adam, AdamW for clips), batch, number of steps and schedule (up for a twentieth, then down along a cosine). The learning rate is chosen for each variant by itself, by short runs on validation data ([below](#learning-rates)). The last weights are tested, once; nothing is chosen by the test.`,
    "Two intervals stand beside each difference, both of 95 %. *Over seeds*: Student's t over the paired differences of the seeds, two degrees of freedom for three; it says what other initial weights and orders of data would change. *Over photographs, months or clips*: a bootstrap over those of the test, each item's difference averaged over seeds; it says what other test data would change. A side is taken only if both leave out zero on the same side.",
  )
}

function fillSection(task: TaskResults, { harmonic }: Results): string {
  const [train, , test] = task.counts
  const photographs = new Set(task.clusters).size
  const side = task.input.at(-1) ?? 0
  const steps = task.runs[0]?.steps ?? 0
  const classical =
    harmonic.length === 0
      ? []
      : [
          `For scale: harmonic filling, which learns nothing, has ${meanOf(harmonic).toFixed(2)} dB on the same pictures. ${beside(task, meanOf(harmonic))}`,
        ]
  return paragraphs(
    `A U of 3×3 convolutions at four sizes with skip connections (\`tools/study/networks/fillNetwork.ts\`) fills free-form holes of 10 to 35 % in crops of ${side}×${side} pixels. All variants are given the picture blanked in the hole and the map of what is known; all use ELU; what they paint is pasted into the hole. Partial convolutions (Liu et al. 2018) weigh by the part of the window that is known and carry their masks along, through skip connections too. Loss: L1, six times in the hole. ${counted(train, 'photograph')} train, ${steps} steps of ${task.batch} crops; ${count(test)} crops of ${photographs} other photographs are the test. No smooth fill to start from, which would answer most of the question before the network is asked.`,
    taskSection(task),
    ...classical,
    '![Test pictures: the photograph, its hole, and what the gated, the plain and the partial network filled in](study/fills.png)',
    wrapped(
      'From left to right: photograph, hole, gated, plain, partial; first seed. Which pictures are shown was fixed before anything was trained.',
    ),
  )
}

/** How the trained networks stand to a classical method, said by rule. */
function beside(task: TaskResults, classical: number): string {
  const means = task.networks.map(({ variant }) => {
    const scores = task.runs.filter((run) => run.variant === variant)
    return { variant, mean: meanOf(scores.map(({ score = Number.NaN }) => score)) }
  })
  const above = means.filter(({ mean }) => mean > classical).map(({ variant }) => variant)
  if (above.length === 0) return 'None of the networks reaches it after so few steps.'
  if (above.length === means.length) return 'All of the networks are above it.'
  const below = means.filter(({ mean }) => mean <= classical).map(({ variant }) => variant)
  return `Above it: ${listed(above)}. Below it: ${listed(below)}.`
}

function clipSections(tasks: readonly TaskResults[]): string {
  const sections = tasks.map((task) => {
    const [train, , test] = task.counts
    const steps = task.runs[0]?.steps ?? 0
    return paragraphs(
      `### ${task.title}`,
      `${about[task.name] ?? ''} ${count(train)} clips train, ${steps} steps of ${task.batch}; ${count(test)} are the test.`.trim(),
      taskSection(task),
    )
  })
  return [
    wrapped(
      "The classifier is `clipClassifier`'s: three blocks of a convolution, batch normalisation and ReLU that halve space (and time), then a linear layer (`tools/study/networks/clipNetwork.ts`). The convolution of a block is `F ⊙ σ(G)` or `F`.",
    ),
    ...sections,
  ].join('\n\n')
}

/** What a person must know of a data set; [benchmarks.md](benchmarks.md) says the rest. */
const about: Readonly<Record<string, string>> = {
  actions:
    'Figures of a game doing eight things, in equipment that no training clip shows (`fixtures/actions`). Chance is 0.125.',
  winds:
    "The Navy's monthly winds on patches of 60° by 60°, as they are, without the drawn weather of [the benchmark](benchmarks.md#winds-the-month-from-four-months-of-wind); 1990 to 1992 are the test. Chance is 0.083.",
  camera:
    'Photographs filmed by a moving virtual camera, others for the test; the first layers take brightness and blur away, as in [the benchmark](benchmarks.md#camera-moves-what-is-the-camera-doing). Chance is 0.111.',
}

function gateSection(gates: readonly GateRow[]): string {
  const fixed = (value: number) => value.toFixed(2)
  const rows = gates.map(({ layer, mean, closed, open, inside, around }) => [
    layerWords(layer),
    ...[mean, closed, open, inside, around].map(fixed),
  ])
  const widest = [...gates].sort(
    (a, b) => Math.abs(b.inside - b.around) - Math.abs(a.inside - a.around),
  )[0]
  const busiest =
    widest === undefined
      ? ''
      : ` Hole and surroundings differ most in the layer "${layerWords(widest.layer)}": ${fixed(widest.inside)} inside, ${fixed(widest.around)} around.`
  const saturated = meanOf(gates.map(({ closed, open }) => closed + open))
  return paragraphs(
    '![The gates of one network on three pictures, layer by layer](study/gates.png)',
    'The hole, then the gates of the layers in the order in which they run, each averaged over its channels: black is shut, bright is open; first seed. In the table, means over all seeds, test pictures, channels and places.',
    table(['layer', 'opening', 'below 0.1', 'above 0.9', 'in the hole', 'around it'], rows),
    `Over all layers ${Math.round(100 * saturated)} % of the gates' values are nearly shut or nearly open; the rest is in between, where a gate scales more than it selects.${busiest}`,
  )
}

/** A layer of the U by its place: `level.both.inner.down` is the first on the way down. */
function layerWords(path: string): string {
  const parts = path.split('.')
  const depth = parts.filter((part) => part === 'level').length
  const size = (halvings: number) => (halvings === 0 ? 'full size' : `1/${2 ** halvings}`)
  switch (parts.at(-1)) {
    case 'first':
      return 'first, full size'
    case 'down':
      return `down to ${size(depth)}`
    case 'merge':
      return `up, joined at ${size(depth - 1)}`
    default:
      return `bottom, at ${size(depth - 1)}`
  }
}

function ratesText(tasks: readonly TaskResults[]): string {
  return paragraphs(
    'A few rates are tried for each variant in short runs with a seed of their own; the best on validation data is used for all seeds (bold). Where it lies at the edge of what was tried, a better one may lie beyond. Short runs like high rates more than long ones do.',
    rateSection(tasks),
  )
}

function limits({ tasks, circumstances }: Results): string {
  const seeds = Math.max(...tasks.map((t) => new Set(t.runs.map(({ seed }) => seed)).size))
  const filling = tasks.find(({ measure }) => measure === 'psnr')
  const [photographs = 0] = filling?.counts ?? []
  const undecided = tasks
    .flatMap(findingsOf)
    .filter(({ comparison }) => comparison.verdict === 'undecided').length
  const items = [
    "Small networks, briefly trained. The papers' networks have tens to hundreds of times the parameters and thousands of times the steps; what holds after a minute of training need not hold after a week.",
    `${seeds} seeds: Student's interval with ${counted(seeds - 1, 'degree')} of freedom is wide. "Undecided"${undecided === 0 ? ', where it stands,' : ''} means that this study cannot tell, not that there is no difference.`,
    ...(photographs === 0
      ? []
      : [
          `${photographs} photographs to learn from, wallpapers mostly. PSNR and L1 favour blurred fills; no adversarial loss, no eye was asked, and large pictures were not tried.`,
        ]),
    'One kind of gate (full, sigmoid, no norm in between when holes are filled), one activation, one way to widen. A gate made of one channel costs nearly nothing and would leave the gated network its width.',
    'Equal multiply-adds are not equal time: some widths suit the kernels and some do not, and the products with gates and masks cost memory traffic. The tables say what a step took.',
    "Rates were chosen from a few values by one short run each. Other parts of the recipe (initialisation, clipping, schedule) are the library's, which was made with gated networks in mind.",
    "Of the clip sets, the winds' and the camera moves' tests had been read before by other networks of this project; nothing here was chosen by them.",
    'When the study was designed, the clip tasks were first run with fewer steps (192, 304 and 114), tested, and then lengthened, because the networks were hardly trained; in both readings none of the three took a side. The rates that are tried for holes were settled by validation alone.',
    `One machine and one set of kernels (${circumstances.device}). Other kernels change last bits, and with them, in training, third digits.`,
  ]
  return items.map((item) => wrapped(`* ${item}`, 116).replaceAll('\n', '\n  ')).join('\n')
}

function again({ tasks, circumstances }: Results): string {
  const { node, platform, processor, threads, device } = circumstances
  const fast = device.includes('relaxed') ? ' --relaxed-simd' : ''
  const runs = tasks.reduce((sum, task) => sum + task.rates.length + task.runs.length, 0)
  return [
    '<!-- test: skip: fetches 250 MB and trains for half an hour or longer -->',
    ['```sh', `npm run study --${fast || ' --budget 2h'}`, '```'].join('\n'),
    wrapped(
      `${runs} runs of half an hour or so on two idle cores, resumed where they are stopped, by themselves after two hours (\`--budget\`); \`npm run study -- --help\` says what else there is. This document was made with Node ${node.replace('v', '')}, ${platform}, ${processor}, ${counted(threads, 'thread')}${fast === '' ? '' : ', relaxed SIMD'}, on a machine that had other work: times of steps are medians of networks taking turns, good for ratios only. From the committed numbers ([results.json](study/results.json)) alone:`,
    ),
    '<!-- test: skip: writes into docs -->',
    ['```sh', 'npm run study -- --report', '```'].join('\n'),
  ].join('\n\n')
}
