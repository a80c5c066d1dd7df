/**
 * Writes tables as plain text and as Markdown.
 *
 * @module
 */

/** Rows of cells; the first row is the heading. */
export type TableRows = readonly (readonly string[])[];

/** Aligns columns, two spaces apart, without spaces at the end of a line. */
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

/** A path may contain characters that are markup in Markdown. */
function escapeCell(cell: string): string {
  return cell.replace(/[\\|*_`<[\]]/g, String.raw`\$&`);
}
