import { type ModelFile, readModelFile } from 'sluice'
import { type Preprocessing, readPreprocessing } from 'sluice/data'
import { readInputFile } from '../files/paths.ts'

/**
 * Reads a model file.
 * @throws SluiceError whose message begins with the path
 */
export function openModel(path: string): ModelFile<Preprocessing> {
  return readModelFile(readInputFile(path), path, readPreprocessing)
}
