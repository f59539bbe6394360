import { SluiceError } from 'sluice'

/**
 * Refuses to call a model file like something else, so that whoever finds it knows what it is.
 * @throws SluiceError `usage`
 */
export function requireModelPath(path: string): void {
  if (/[^/\\]\.safetensors$/i.test(path)) return
  throw new SluiceError('usage', 'a model file is not called like this', {
    where: path,
    expected: 'a name that ends in .safetensors',
    fix: 'name it model.safetensors, for example',
  })
}
