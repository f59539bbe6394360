import * as kernelIds from './abi/kernelIds.ts'

/**
 * The kernels' names by number, as profiles show them: `WINOGRAD_BLOCK` is `winogradBlock`. Loaded only
 * when something is profiled.
 */
export const kernelNames: ReadonlyMap<number, string> = new Map(
  Object.entries(kernelIds).map(([name, id]) => [id, camelCase(name)]),
)

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
}
