/** The packages that `tsc -b` builds, from `src` into `dist`. */
export const projects = ['packages/sluice', 'apps/cli']
