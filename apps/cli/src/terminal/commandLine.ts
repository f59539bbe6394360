/** The command as a shell would take it again: words with anything but plain letters are quoted. */
export function commandLine(args: readonly string[] = process.argv.slice(2)): string {
  return ['sluice', ...args].map(quoted).join(' ')
}

function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", "'\\''")}'`
}
