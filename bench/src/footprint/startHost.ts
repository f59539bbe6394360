/** A fresh process: how long from the import of the library to the first logits of the classifier? */
import { CLASSES, classifier } from '../nets/classifier.ts'
import { formulaInput, formulaWeights } from '../nets/formula.ts'

const threads = Number(process.argv[2] ?? 1)
const weights = formulaWeights(classifier)
const clip = formulaInput(classifier, 1)

const start = performance.now()
const { compile, spatioTemporalGatedConvNet, tensor } = await import('sluice')
const { wasm } = await import('sluice/wasm')
const device = await wasm({ threads })
const named = new Map([...weights].map(([name, { shape, data }]) => [name, tensor(shape, data)]))
const session = compile(spatioTemporalGatedConvNet({ classes: CLASSES }), {
  ...{ device, input: [1, ...classifier.input], weights: named },
})
const { output } = await session.run({ input: clip })
const ms = performance.now() - start

if (output?.data.length !== CLASSES) throw new Error('no logits')
process.stdout.write(`${ms}\n`)
session.dispose()
await device.dispose()
