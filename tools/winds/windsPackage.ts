/** The Navy's monthly winds (FNOC), January 1982 to December 1992, from Debian's ferret-datasets. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'
import { openPackage } from '../debian/openPackage.ts'
import { NetcdfFile } from './netcdf.ts'
import type { Winds } from './patches.ts'

const FILE = 'usr/share/ferret-vis/data/monthly_navy_winds.cdf'
/** Stored where nothing is known; the winds have none of it. */
const MISSING = -99

/** @param deb the package, or undefined to fetch it  @throws SluiceError */
export function openWinds(deb: string | undefined, workFolder = 'data/ferret-package'): Winds {
  const folder = openPackage({ name: 'ferret-datasets', holds: FILE }, deb, workFolder)
  const path = join(folder, FILE)
  const file = new NetcdfFile(readFileSync(path), path)
  const [months = 0, latitudes = 0, longitudes = 0] = file.variables.get('UWND')?.shape ?? []
  const fields = [file.read('UWND'), file.read('VWND')] as const
  for (const field of fields) {
    if (field.length === months * latitudes * longitudes && field.every((v) => v > MISSING))
      continue
    throw new SluiceError('data', 'the winds are not as they were', {
      where: path,
      expected: 'two fields of one shape without missing values',
    })
  }
  return { months, latitudes, longitudes, fields }
}
