/**
 * @typedef {object} Project
 * @property {string} folder built from `src` into `dist`: code by `bundleProjects`, types by `tsc -b`
 * @property {'neutral' | 'node'} platform a neutral package runs in pages too and imports nothing
 * @property {Record<string, string>} entries modules that are loaded by name, beside the exported ones:
 *   outputs without `.js` and their sources
 * @property {string} chunks where in `dist` the other modules go
 */

/** @type {readonly Project[]} */
export const projects = [
  { folder: 'packages/sluice', platform: 'neutral', entries: {}, chunks: 'chunks/' },
  {
    folder: 'apps/cli',
    platform: 'node',
    entries: {
      main: 'main.ts',
      clipWorker: 'clips/clipWorker.ts',
      photoWorker: 'inpainterTraining/photoWorker.ts',
    },
    // Beside the entries, whose places the code knows relative to its own.
    chunks: '',
  },
]
