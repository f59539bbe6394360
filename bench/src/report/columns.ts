/** Three significant digits without an exponent, thousands as whole numbers. */
export function number(value: number): string {
  return value >= 1000 ? value.toFixed(0) : `${Number(value.toPrecision(3))}`
}

export function threadsOf(count: number): string {
  return `${count} thread${count === 1 ? '' : 's'}`
}

/**
 * Rows as lines. The columns in `words` are set to the left, figures to the right; a row that ends
 * early is a sentence and sets no width.
 */
export function align(rows: readonly string[][], words: readonly number[]): string[] {
  const columns = rows[0]?.length ?? 0
  const widths: number[] = []
  for (const row of rows) {
    if (row.length !== columns) continue
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, i) =>
        words.includes(i) || row.length !== columns
          ? cell.padEnd(widths[i] ?? 0)
          : cell.padStart(widths[i] ?? 0),
      )
      .join('  ')
      .replace(/^/, '  ')
      .trimEnd(),
  )
}
