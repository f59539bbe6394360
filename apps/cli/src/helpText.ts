/** The end of a command's help: commands as a person would type them, with what they are for. */
export function examples(...lines: readonly (readonly [command: string, note: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length))
  const rows = lines.map(([command, note]) => {
    return `  ${note === '' ? command : `${command.padEnd(width)}   # ${note}`}\n`
  })
  return `\nExamples:\n${rows.join('')}`
}
