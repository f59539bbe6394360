/**
 * Words of a command line without some options, each of which takes one value: `--lr 1`, `--lr=1`, and
 * `-o file`, `-ofile` for those of one letter.
 */
export function withoutOptions(args: readonly string[], options: readonly string[]): string[] {
  return args.filter((word, at) => {
    const before = args[at - 1]
    if (options.includes(word) || (before !== undefined && options.includes(before))) return false
    return !options.some((option) => word.startsWith(option.length === 2 ? option : `${option}=`))
  })
}

/** The command as a shell would take it again: words with anything but plain letters are quoted. */
export function commandLine(args: readonly string[] = process.argv.slice(2)): string {
  return ['sluice', ...args].map(quoted).join(' ')
}

function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", "'\\''")}'`
}
