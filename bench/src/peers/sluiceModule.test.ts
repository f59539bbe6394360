import { inferenceGraph, printGraph, spatioTemporalGatedConvNet } from 'sluice'
import { describe, expect, it } from 'vitest'
import { CASES } from '../cases.ts'
import { classifier } from '../nets/classifier.ts'
import { formulaWeights } from '../nets/formula.ts'
import { sluiceModule } from './sluiceModule.ts'

describe('sluiceModule', () => {
  it('builds of the classifier’s net the very graph of the library’s model', () => {
    const input = [2, ...classifier.input]
    const measured = printGraph(inferenceGraph(sluiceModule(classifier), input))
    expect(measured).toBe(printGraph(inferenceGraph(spatioTemporalGatedConvNet(), input)))
  })

  it.each(CASES)('gives $name the parameters that its formula fills', ({ batch, parts }) => {
    for (const { net } of parts) {
      const { variables } = inferenceGraph(sluiceModule(net), [batch, ...net.input])
      const wanted = [...formulaWeights(net)].map(([name, { shape }]) => `${name} ${shape}`)
      const built = [...variables].map(([name, { value }]) => `${name} ${value.shape}`)
      expect(built.sort()).toEqual(wanted.sort())
    }
  })
})
