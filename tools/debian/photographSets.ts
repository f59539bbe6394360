/** Photographs in Debian packages, split into what trains, what validates and what is the test. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'
import { openPackage } from './openPackage.ts'
import { readQtResources } from './qtResources.ts'

export const SETS = ['train', 'valid', 'test'] as const

export type SetName = (typeof SETS)[number]

/** A package with photographs. */
export interface PhotographSource {
  readonly name: string
  readonly folder: string
  /**
   * Photographs lie in Qt resource files of the folder: `birds/owl.webp` is in `birds.rcc`, below a folder
   * `resource`.
   */
  readonly inResources?: boolean
  /** By set: fixed before any network was trained on them, and never moved. */
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
  return sources.flatMap((source) => {
    const files = source.photographs[set]
    const [first] = files
    if (first === undefined) return []
    const holds = join(source.folder, source.inResources ? resourceFile(first) : first)
    const unpacked = openPackage({ name: source.name, holds }, undefined, workFolder)
    const folder = join(unpacked, source.folder)
    const paths = source.inResources
      ? unpackResources(folder, files, `${unpacked}-resources`)
      : files.map((file) => join(folder, file))
    return files.map((file, n) => ({ name: nameOf(source.name, file), path: paths[n] ?? file }))
  })
}

function nameOf(packageName: string, file: string): string {
  return `${packageName}-${file.replace('/contents/images/', '-').replaceAll('/', '-')}`
}

function resourceFile(photograph: string): string {
  return `${photograph.split('/')[0]}.rcc`
}

/** Writes what resource files hold where it is not written yet. */
function unpackResources(folder: string, files: readonly string[], target: string): string[] {
  const opened = new Map<string, Map<string, Buffer>>()
  return files.map((file) => {
    const path = join(target, file)
    if (existsSync(path)) return path
    const resources = join(folder, resourceFile(file))
    const held = opened.get(resources) ?? readQtResources(readFileSync(resources), resources)
    opened.set(resources, held)
    const below = file.replace('/', '/resource/')
    const [, bytes] = [...held].find(([name]) => name.endsWith(`/${below}`)) ?? []
    if (bytes === undefined) {
      throw new SluiceError('missing', `there is no ${below} in it`, { where: resources })
    }
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
    return path
  })
}
