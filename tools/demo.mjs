// The demo: trains a network on the bundled clips, measures it on held-out ones and classifies a few,
// by the very commands that a person would type. Everything it makes is in runs/demo.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const clips = join('fixtures', 'actions')
const folder = join('runs', 'demo')
const model = join(folder, 'actions.safetensors')
const report = join(folder, 'evaluation.json')
process.chdir(root)

const started = performance.now()
if (existsSync(folder)) {
  say(`Replacing the earlier demo run in ${folder}.`)
  rmSync(folder, { recursive: true })
}
mkdirSync(folder, { recursive: true })

// Chosen on valid/, by what learns most in a minute and a half on two cores: 15 epochs at 32 pixels
// reached 0.977 there, 12 epochs at 40 pixels 0.914.
const view = ['--frames', '8', '--size', '32', '--fps', '10']
const pace = ['--epochs', '15', '--warmup', '2', '--lr', '0.004']
const augment = ['--augment', 'crop=0.05,scale=0.05,brightness=0.2']
say('Training a small gated network to tell eight actions apart.')
sluice('train', clips, '-o', model, '--model', 'tiny', ...view, ...pace, ...augment)

say('Measuring it on figures whose equipment it has never seen.')
sluice('evaluate', model, clips, '--split', 'test', '--report', report)

say('Classifying single clips.')
sluice('classify', model, ...someTestClips(3), '--top', '3')

const { top1 } = JSON.parse(readFileSync(report, 'utf8'))
say(
  `model:   ${model}\n` +
    `records: ${join(folder, 'actions.run', 'records.jsonl')}\n` +
    `report:  ${report}\n` +
    `held-out accuracy: ${top1.toFixed(2)}\n` +
    `done in ${Math.round((performance.now() - started) / 1000)} s`,
)

/** Runs a command as typed in a shell, and ends with its exit code if it fails. */
function sluice(...args) {
  process.stdout.write(`\n$ npx sluice ${args.join(' ')}\n`)
  const bin = join(root, 'apps', 'cli', 'bin', 'sluice.js')
  const { status, error } = spawnSync(process.execPath, [bin, ...args], { stdio: 'inherit' })
  if (error !== undefined) throw error
  if (status !== 0) {
    process.stderr.write(`The demo stops here: sluice ${args[0]} ended with ${status}.\n`)
    process.exit(status ?? 1)
  }
}

/** Clips of different classes, spread over the test part. */
function someTestClips(wanted) {
  const test = join(clips, 'test')
  const classes = readdirSync(test).sort()
  return Array.from({ length: wanted }, (_, i) => {
    const name = classes[Math.floor(((i + 0.5) * classes.length) / wanted)]
    const files = readdirSync(join(test, name)).sort()
    return join(test, name, files[Math.floor(files.length / 2)])
  })
}

function say(text) {
  process.stdout.write(`\n${text}\n`)
}
