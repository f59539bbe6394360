/** Photographs in Debian packages, split into what trains, what validates and what is the test. */
import { join } from 'node:path'
import { openPackage } from './openPackage.ts'

export const SETS = ['train', 'valid', 'test'] as const

export type SetName = (typeof SETS)[number]

/** A package with photographs. */
export interface PhotographSource {
  readonly name: string
  readonly folder: string
  /** By set: fixed before any network was trained, and never moved. */
  readonly photographs: Readonly<Record<SetName, readonly string[]>>
}

/** A photograph's file, and what it is called: its package, and its path there as one word. */
export interface Photograph {
  readonly name: string
  readonly path: string
}

/** A set's photographs; fetches the packages that are not there. */
export function photographsIn(
  sources: readonly PhotographSource[],
  set: SetName,
  workFolder: string,
): Photograph[] {
  return sources.flatMap(({ name, folder, photographs }) => {
    const files = photographs[set]
    const [first] = files
    if (first === undefined) return []
    const unpacked = openPackage({ name, holds: join(folder, first) }, undefined, workFolder)
    return files.map((file) => ({
      name: `${name}-${file.replace('/contents/images/', '-')}`,
      path: join(unpacked, folder, file),
    }))
  })
}
