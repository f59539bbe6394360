const OLDEST = [20, 19, 0]

/**
 * What is wrong with this version of Node, in words a person can act on.
 * @param {string} version such as "20.19.4"
 * @returns {string | undefined} undefined when the version will do
 */
export function nodeVersionProblem(version) {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10))
  for (let i = 0; i < OLDEST.length; i++) {
    if (parts[i] > OLDEST[i]) return undefined
    if (parts[i] < OLDEST[i]) {
      return (
        `sluice needs Node ${OLDEST[0]}.${OLDEST[1]} or newer, and this is Node ${version}.\n` +
        'Install a newer one from https://nodejs.org (or with nvm: nvm install 22) and run the same command again.'
      )
    }
  }
  return undefined
}
