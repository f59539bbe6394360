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

// Chosen on valid/ among what two slow, shared cores train in a minute and a half: 16 epochs at 24 pixels
// reached 0.953 there, 12 at 28 pixels 0.914. With more time, 15 epochs at 32 pixels reach 0.977.
const view = ['--frames', '8', '--size', '24', '--fps', '10']
const pace = ['--epochs', '16', '--warmup', '1', '--lr', '0.008']
const augment = ['--augment', 'crop=0.04,brightness=0.1,jitter=0.5']
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
