/**
 * Tables of plain text.
 *
 * @module
 */

/** Rows of cells; the first is the heading. */
export type TableRows = readonly (readonly string[])[];

/** Writes rows in columns of equal width, two spaces apart, without a space at any end. */
export function formatTextTable(rows: TableRows): string {
  const widths = rows[0]?.map((_cell, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** Writes rows as a table of GitHub Flavored Markdown. */
export function formatMarkdownTable(rows: TableRows): string {
  const [heading = [], ...others] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...others.map(line)].join('\n');
}

/** A path may hold what Markdown takes for markup. */
function escapeCell(cell: string): string {
  return cell.replace(/[\\|*_`<[\]]/g, String.raw`\$&`);
}
