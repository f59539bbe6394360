import type { Module } from '../engine/graph/module.ts'
import { type ModuleTable, readModule } from '../layers/description/readModule.ts'
import { layerTable } from '../layers/layerTable.ts'
import { readClipClassifier } from './clipClassifier.ts'
import { readDeepFillV2 } from './deepFill/deepFillV2.ts'
import { readInpainter } from './inpainter.ts'
import { readSnPatchDiscriminator } from './snPatchDiscriminator.ts'
import { readSpatioTemporalGatedConvNet } from './spatioTemporalGatedConvNet.ts'

const moduleTable: ModuleTable = {
  ...layerTable,
  clipClassifier: readClipClassifier,
  deepFillV2: readDeepFillV2,
  inpainter: readInpainter,
  snPatchDiscriminator: readSnPatchDiscriminator,
  spatioTemporalGatedConvNet: readSpatioTemporalGatedConvNet,
}

/**
 * The module that `describe()` described, from parsed JSON of any origin: only known types are made,
 * every option is checked, and nesting and sizes are bounded.
 *
 * @throws SluiceError `format`, `unsupported` or `limit`, naming the place in the description
 */
export function moduleFromDescription(json: unknown, where = 'model'): Module {
  return readModule(json, moduleTable, where)
}
