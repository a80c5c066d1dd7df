/**
 * Tables, for terminals and for Markdown.
 */

/**
 * @typedef {object} Table
 * @property {string} title
 * @property {readonly string[]} columns
 * @property {readonly (readonly string[])[]} rows
 * @property {string} [note]
 */

/** @param {Table} table */
export function formatForTerminal({ title, columns, rows, note }) {
  const lines = [columns, ...rows];
  const widths = columns.map((_, place) => Math.max(...lines.map((line) => line[place].length)));
  const pad = (line) => line.map((cell, place) => cell.padEnd(widths[place])).join('  ');
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const text = [pad(columns), rule, ...rows.map(pad)].map((line) => `  ${line.trimEnd()}`);
  return ['', title, ...text, ...(note ? [`  ${note}`] : []), ''].join('\n');
}

/** @param {Table} table */
export function formatForMarkdown({ title, columns, rows, note }) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, place) => (place === 0 ? '---' : '---:'));
  const table = [columns, rule, ...rows].map(line).join('\n');
  return [`**${title}**`, table, ...(note ? [note] : [])].join('\n\n');
}
