import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { SluiceError, summary, type TrainingRecord } from 'sluice'
import {
  type EvaluationBatch,
  evaluationBatches,
  type FrameOrder,
  frameOrders,
  inputShape,
  itemsOf,
  relabel,
  type Split,
} from 'sluice/data'
import { classificationMetrics, type EpochRecord, predictItems } from 'sluice/training'
import { cacheOf, prepareClips, reportSkipped } from '../clipSets/prepareClips.ts'
import { scanClips } from '../clips/scanClips.ts'
import { exitCodes } from '../exitCodes.ts'
import { checkWritable, writeAtomically } from '../files/atomicFile.ts'
import { checkPage } from '../files/checkPage.ts'
import { readInputFile, refuseOverwriting } from '../files/paths.ts'
import { type Classifier, openClassifier } from '../models/openClassifier.ts'
import { packageVersion } from '../packageVersion.ts'
import { type EvaluationPage, evaluationPage } from '../report/evaluationPage.ts'
import { printMetrics, reportOf } from '../report/evaluationReport.ts'
import { readRecords, recordsMatch } from '../run/readRecords.ts'
import { commandLine } from '../terminal/commandLine.ts'
import { Pace } from '../terminal/pace.ts'
import { duration } from '../terminal/quantities.ts'
import { Terminal } from '../terminal/terminal.ts'
import { warnAboutClasses } from '../training/trainingParts.ts'

export interface EvaluateOptions {
  readonly split?: string
  readonly clips?: number
  readonly topk?: number
  readonly order?: string
  readonly seed?: number
  readonly batch?: number
  readonly threads?: number
  /** Bytes for the network and its steps. */
  readonly maxMemory?: number
  readonly relaxedSimd?: boolean
  /** A folder; false for `--no-cache`; true when neither was given. */
  readonly cache: string | boolean
  readonly report?: string
  readonly html?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/** `sluice evaluate`: measures of a model on labelled clips. Returns the exit code. */
export async function evaluate(
  modelPath: string,
  clipsPath: string,
  options: EvaluateOptions,
): Promise<number> {
  const { json = false, quiet = false, batch = 16, clips = 5, topk = 5 } = options
  const order = orderFor(options.order)
  const { seed = 0 } = options
  const terminal = new Terminal({ json, quiet })
  const report = options.report === undefined ? undefined : resolve(options.report)
  const htmlPath = options.html === undefined ? undefined : resolve(options.html)
  if (report !== undefined) {
    checkWritable(report)
    refuseOverwriting(report, [modelPath])
  }
  if (options.html !== undefined) checkPage(options.html, [modelPath])
  await using classifier = await openClassifier(modelPath, { ...options, batch })
  const { classes, preprocessing } = classifier
  const scanned = await scanClips(clipsPath)
  const split = splitFor(options.split, scanned.splits, clipsPath)
  const chosen = split === 'all' ? scanned.dataset : itemsOf(scanned.dataset, split)
  const { dataset, load, maker, skipped, fingerprint } = await prepareClips(
    relabel(chosen, classes),
    {
      root: scanned.root,
      view: preprocessing,
      cache: cacheOf(options.cache),
      terminal,
    },
  )
  reportSkipped([...scanned.skipped, ...skipped], terminal)
  warnAboutClasses('measure', dataset, terminal)
  const where = split === 'all' ? clipsPath : `${split}/ of ${clipsPath}`
  terminal.note(`evaluating ${where}${controls[order]}`)

  const batches = evaluationBatches({
    ...{ items: dataset.items, load, preprocessing, batch },
    ...{ clips, order, seed, concurrency: batch },
    make: (item, recipe, index) => maker.evaluation(item, recipe, index),
  })
  const predictions = await predictItems(
    (inputs) => classifier.logits(inputs),
    withProgress(batches, dataset.items.length, terminal),
  )
  terminal.clear()
  const metrics = classificationMetrics(predictions, classes.length, topk)
  if (report !== undefined) {
    writeAtomically(report, `${JSON.stringify(reportOf(classes, metrics))}\n`)
  }
  if (htmlPath !== undefined) {
    writeAtomically(
      htmlPath,
      await evaluationPage({
        command: commandLine(),
        when: new Date().toISOString(),
        machine: `sluice ${packageVersion()}, Node ${process.version}, ${process.platform} ${process.arch}`,
        model: factsOfModel(modelPath, classifier),
        clips: {
          ...{ path: clipsPath, split, perVideo: clips, fingerprint },
          skipped: [...scanned.skipped, ...skipped],
        },
        ...{ classes, preprocessing, order, seed, predictions, metrics, load },
        items: dataset.items,
        records: recordsOf(modelPath, classifier.file.training),
      }),
    )
    terminal.note(`report:  ${options.html}`)
  }
  if (json) terminal.jsonLine(reportOf(classes, metrics))
  else printMetrics(classes, metrics, terminal)
  return exitCodes.done
}

/** A model file as its report states it. */
function factsOfModel(path: string, { file, preprocessing }: Classifier): EvaluationPage['model'] {
  const { parameters } = summary(file.model, [1, ...inputShape(preprocessing)])
  const content = readInputFile(path)
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { path, bytes: content.length, sha256, file, parameters }
}

/** The curves of the run that made this very model, if they are still beside it. */
function recordsOf(path: string, training: TrainingRecord | undefined): readonly EpochRecord[] {
  const records = readRecords(resolve(path))
  return recordsMatch(records, training) ? records : []
}

/** What a reader of the figures must know about the frames they were measured on. */
const controls: Readonly<Record<FrameOrder, string>> = {
  shown: '',
  shuffled: ', the frames of every clip shuffled',
  still: ', the middle frame of every clip repeated',
}

function orderFor(asked = 'shown'): FrameOrder {
  const order = frameOrders.find((known) => known === asked)
  if (order !== undefined) return order
  throw new SluiceError('usage', `--order does not know "${asked}"`, {
    expected: frameOrders.join(', '),
  })
}

/** The part that was asked for; else the test part, else all there is. */
function splitFor(
  asked: string | undefined,
  present: readonly Split[],
  where: string,
): Split | 'all' {
  if (asked === undefined) return present.includes('test') ? 'test' : 'all'
  if (asked !== 'train' && asked !== 'valid' && asked !== 'test' && asked !== 'all') {
    throw new SluiceError('usage', `--split does not know "${asked}"`, {
      expected: 'train, valid, test, all',
    })
  }
  if (asked !== 'all' && !present.includes(asked)) {
    throw new SluiceError('data', `there is no ${asked}/ among these clips`, {
      where,
      received: present.length === 0 ? 'class folders only' : present.join(', '),
    })
  }
  return asked
}

async function* withProgress(
  batches: AsyncIterable<EvaluationBatch>,
  total: number,
  terminal: Terminal,
): AsyncGenerator<EvaluationBatch, void, undefined> {
  const pace = new Pace()
  let done = 0
  for await (const batch of batches) {
    yield batch
    const reached = (batch.itemIndices.at(-1) ?? 0) + 1
    pace.add(reached - done)
    done = reached
    terminal.progress(
      () =>
        `evaluating ${done}/${total} · ${pace.perSecond.toFixed(0)} clips/s · ` +
        `${duration(pace.secondsFor(total - done))} left`,
    )
  }
}
