/** The exam for backends and ops: case tables, contract suite, gradient checks, tolerances. */

export { type ReferenceDevice, reference } from '../backends/reference/referenceDevice.ts'
export { allCases } from '../engine/ops/allCases.ts'
export type { CaseInput, CaseValues, OpCase, OpCases } from '../engine/ops/opCase.ts'
export { type CaseVariant, caseGraph, variantsOf } from '../testing/caseGraph.ts'
export { type CaseData, drawCase } from '../testing/caseValues.ts'
export {
  type ContractOptions,
  type ContractReport,
  compareBits,
  formatProblems,
  runContract,
} from '../testing/contractSuite.ts'
export {
  checkGradient,
  type Float64Device,
  type Float64Executable,
  type GradientReport,
} from '../testing/gradientCheck.ts'
export { runNet } from '../testing/netCase.ts'
export { type CaseResult, runCase, sameBits } from '../testing/runCase.ts'
export { relativeL2, toleranceOf } from '../testing/tolerance.ts'
