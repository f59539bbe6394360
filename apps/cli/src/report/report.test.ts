import { clipClassifier } from 'sluice'
import { createFrames, type FrameOrder, preprocessing } from 'sluice/data'
import { classificationMetrics, type EpochRecord, type Prediction } from 'sluice/training'
import { describe, expect, it } from 'vitest'
import { calibrationError, confidenceBins } from './confidenceChart.ts'
import { confidenceInterval } from './confidenceInterval.ts'
import { confusionChart } from './confusionChart.ts'
import { type EvaluationPage, evaluationPage } from './evaluationPage.ts'
import { lineChart, ticks } from './lineChart.ts'
import { escapeText, html } from './markup.ts'
import { worstMistakes } from './mistakes.ts'
import { wellFormed } from './wellFormed.test.support.ts'

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'; --</title></style><b>",
  'a & b &amp; c',
  '\u202egnp.exe\u0000\u001b[31m',
  'half \ud800 pair',
]

const frames = createFrames({
  ...{ height: 6, width: 8, times: [0, 0.1], duration: 0.2 },
  data: new Uint8Array(2 * 6 * 8 * 3).fill(90),
})

const epoch = (at: number): EpochRecord => ({
  ...{ type: 'epoch', epoch: at, step: at * 4, learningRate: 0.01 },
  ...{
    trainLoss: 2 / at,
    trainAccuracy: 1 - 1 / (at + 1),
    validLoss: 2.2 / at,
    validAccuracy: 0.5,
  },
})

/** A report of `classes`, every second clip of which is called the class after its own. */
function reportOf(
  classes: readonly string[],
  changes: Partial<EvaluationPage> = {},
): EvaluationPage {
  const predictions: Prediction[] = classes.flatMap((_, label) =>
    [0, 1].map((turn) => {
      const probabilities = new Array<number>(classes.length).fill(0)
      probabilities[(label + turn) % classes.length] = 1
      return { label, probabilities }
    }),
  )
  const view = preprocessing({ frames: 2, fps: 10, size: 4 })
  return {
    command: `sluice evaluate ${HOSTILE[0]}`,
    ...{ when: '2026-01-02T03:04:05.678Z', machine: 'Node' },
    model: {
      ...{ path: `models/${HOSTILE[0]}`, bytes: 2048, sha256: 'ab', parameters: 12 },
      file: {
        model: clipClassifier({ classes: 2, preset: 'tiny' }),
        ...{ weights: new Map(), classes, training: { settings: { [HOSTILE[1] ?? '']: 1 } } },
      },
    },
    clips: {
      ...{ path: `clips/${HOSTILE[1]}`, split: 'test', perVideo: 5, fingerprint: 'cd' },
      skipped: [{ path: HOSTILE[2] ?? '', reason: HOSTILE[3] ?? '' }],
    },
    classes,
    ...{ preprocessing: view, order: 'shown' as FrameOrder, seed: 0 },
    items: predictions.map(({ label }, i) => ({
      path: `${HOSTILE[i % HOSTILE.length]}/${i}`,
      label,
    })),
    predictions,
    metrics: classificationMetrics(predictions, classes.length),
    records: [1, 2, 3].map(epoch),
    load: async () => frames,
    ...changes,
  }
}

describe('text from outside', () => {
  it('stays text, in elements and in attributes', () => {
    for (const name of HOSTILE) {
      const { elements } = wellFormed(html`<p title="${name}">${name}</p>`.text)
      expect(elements.map((element) => element.name)).toEqual(['p'])
    }
  })
  it('loses what would steer a terminal, reorder a line or is no character', () => {
    expect(escapeText('a\u0000b\u202ec\ud800d')).toBe('a�b�c�d')
    expect(escapeText('日本 🎬')).toBe('日本 🎬')
  })
})

describe('the report of an evaluation', () => {
  it('is one well-formed page without scripts or addresses, whatever things are called', async () => {
    const { elements, text } = wellFormed(await evaluationPage(reportOf(HOSTILE)))
    const names = new Set(elements.map(({ name }) => name))
    for (const banned of ['script', 'link', 'iframe', 'object', 'b:script']) {
      expect(names.has(banned)).toBe(false)
    }
    for (const { attributes } of elements) {
      for (const [key, value] of attributes) {
        expect(key).not.toMatch(/^on/)
        if (key === 'src' || key === 'href')
          expect(value).toMatch(/^data:image\/(webp|png);base64,/)
      }
    }
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(text).not.toMatch(/url\(|@import|https?:/)
  })
  it('is well-formed for two classes and for a hundred', async () => {
    for (const count of [2, 100]) {
      const classes = Array.from({ length: count }, (_, i) => `class ${i}`)
      const page = await evaluationPage(reportOf(classes))
      const { elements } = wellFormed(page)
      expect(elements.filter(({ name }) => name === 'section').length).toBeGreaterThan(4)
      expect(page.length).toBeLessThan(400_000)
    }
  })
  it('says what it measured: accuracy with its interval, command, hashes, what was left out', async () => {
    const { text } = wellFormed(await evaluationPage(reportOf(['a', 'b'])))
    expect(text).toContain('50.0\u00a0%')
    expect(text).toContain('95 % interval 15.0\u00a0% to 85.0\u00a0%')
    expect(text).toContain('sluice evaluate &lt;script&gt;')
    expect(text).toContain('SHA-256 ab')
    expect(text).toContain('1 entry that could not be used')
  })
  it('does without curves, without mistakes and with a control', async () => {
    const predictions = [{ label: 0, probabilities: [1, 0] }]
    const { text } = wellFormed(
      await evaluationPage(
        reportOf(['a', 'b'], {
          ...{ predictions, records: [], order: 'still' },
          items: [{ path: 'a/1', label: 0 }],
          metrics: classificationMetrics(predictions, 2),
        }),
      ),
    )
    expect(text).not.toContain('Numbers by epoch')
    expect(text).toContain('There are none.')
    expect(text).toContain('every clip was its middle frame')
  })
})

describe('worst mistakes', () => {
  it('are those of which the network was surest', () => {
    const items = ['a', 'b', 'c', 'd'].map((path) => ({ path, label: 0 }))
    const predictions = [
      [0.4, 0.6],
      [0.9, 0.1],
      [0.1, 0.9],
      [0.3, 0.7],
    ].map((probabilities) => ({
      label: 0,
      probabilities,
    }))
    const worst = worstMistakes(items, predictions)
    expect(worst.map(({ item, called }) => [item.path, called])).toEqual([
      ['c', 1],
      ['d', 1],
      ['a', 1],
    ])
  })
})

describe('the confidence interval', () => {
  it('is Wilson’s: known values, and never outside 0 to 1', () => {
    const [low, high] = confidenceInterval(8, 10)
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.4902', '0.9433'])
    expect(confidenceInterval(0, 10)[0]).toBe(0)
    expect(confidenceInterval(10, 10)[1]).toBe(1)
    expect(confidenceInterval(10, 10)[0]).toBeCloseTo(0.7225, 4)
    expect(confidenceInterval(0, 0)).toEqual([0, 1])
  })
})

describe('confidence', () => {
  it('is binned by what was said, and its error is the mean distance from accuracy', () => {
    const bins = confidenceBins([
      { label: 0, probabilities: [0.85, 0.15] },
      { label: 1, probabilities: [0.85, 0.15] },
      { label: 1, probabilities: [0, 1] },
    ])
    expect(bins[8]).toMatchObject({ right: 1, wrong: 1 })
    expect(bins[9]).toMatchObject({ right: 1, wrong: 0, confidence: 1 })
    expect(calibrationError(bins)).toBeCloseTo(Math.abs(1 - 1.7) / 3, 12)
  })
})

describe('a confusion matrix', () => {
  it('has a cell per pair for few classes, and one per mistake for many', () => {
    const count = (size: number): number => {
      const counts = Array.from({ length: size }, (_, i) =>
        Array.from({ length: size }, (_, j) => (i === j ? 5 : j === i + 1 ? 1 : 0)),
      )
      const names = counts.map((_, i) => `c${i}`)
      const { elements } = wellFormed(confusionChart(names, counts).text)
      return elements.filter(({ attributes }) => /hit|miss/.test(attributes.get('class') ?? ''))
        .length
    }
    expect(count(3)).toBe(3)
    expect(count(100)).toBe(199)
  })
})

describe('a line chart', () => {
  it('leaves gaps where a value is missing or no number, and stands a single epoch', () => {
    const chart = (values: (number | undefined)[]): string =>
      lineChart({
        ...{ title: 'Loss', at: values.map((_, i) => i + 1), format: String },
        series: [{ name: 'training', look: 'first', values }],
      }).text
    const gap = wellFormed(chart([1, 2, Number.NaN, undefined, 3, 4])).elements
    expect(gap.filter(({ name }) => name === 'polyline')).toHaveLength(2)
    const single = wellFormed(chart([1])).elements
    expect(single.filter(({ name }) => name === 'circle')).toHaveLength(1)
    expect(chart([1, 1])).not.toContain('NaN')
  })
  it('has round values on its axis', () => {
    expect(ticks(0, 1)).toEqual([0, 0.5, 1])
    expect(ticks(0, 2.3)).toEqual([0, 1, 2])
  })
})
