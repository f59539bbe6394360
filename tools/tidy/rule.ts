import type { House } from './house.ts'

/** Something a rule objects to, at a place a person can jump to. Warnings do not fail the run. */
export interface Finding {
  readonly file: string
  readonly line: number
  readonly message: string
  readonly warning?: boolean
}

/** One rule of the house: small, obvious, fast. */
export interface Rule {
  readonly name: string
  check(house: House): Finding[]
}
