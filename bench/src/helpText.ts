/** The text of `--help`. */
export const HELP_TEXT = (cases: readonly string[], peers: readonly string[]): string =>
  `npm run bench -- [options]

Times Sluice and its peers side by side, in turns, in one run, and says how its figures stand to
their bars. Progress goes to stderr, the tables (or the JSON) to stdout.

What
  --figures          only what the table of figures needs
  --only <names>     cases by name, or by how the name begins:
${wrap(cases)}
  --peers <names>    beside sluice; default all, with --figures those that it needs:
${wrap(peers)}
  --threads <counts> default 1,2
  --node <nodes>     "this", "24" (from npm) or paths of others; default this,24
  --list             print the cases with their layers, and the peers; measure nothing

How
  --rounds <count>   rounds of a case, default 15
  --quick            3 rounds, slow peers get 20 s; writes no file unless --name is given
  --name <name>      keep the record in bench/results/<name>.json; default: date and time
  --json             print the record instead of the tables
  --check [name]     measure the figures (or --only) again and fail when a ratio is more than 15 %
                     worse than in bench/results/<name>.json (default: reference); a case that
                     looks worse is measured a second time first
  --help             this text

Ctrl-C ends the run and keeps what was measured until then.

Examples
  npm run bench -- --figures --name today
  npm run bench -- --only deepfill256 --peers pytorch --threads 1 --node 24
  npm run bench -- --only forward --quick
  npm run bench -- --check

Exit codes: 0 done; 1 a peer failed or was wrong, or --check found something worse; 2 usage;
130 interrupted.`

/** Names in lines of a readable width, set in under the options' explanations. */
function wrap(names: readonly string[]): string {
  const lines: string[] = []
  for (const name of names) {
    const last = lines.at(-1)
    if (last === undefined || last.length + name.length > 72) lines.push(`${' '.repeat(21)}${name}`)
    else lines[lines.length - 1] = `${last}, ${name}`
  }
  return lines.join(',\n')
}
