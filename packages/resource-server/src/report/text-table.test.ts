import { describe, expect, it } from 'vitest';
import { formatMarkdownTable, formatTextTable } from './text-table.js';

const rows = [
  ['METHOD', 'PATH'],
  ['GET', '/a/*_|<b>'],
  ['OPTIONS', ''],
];

describe('formatTextTable', () => {
  it('aligns columns and writes no space at the end of a line', () => {
    expect(formatTextTable(rows)).toBe('METHOD   PATH\nGET      /a/*_|<b>\nOPTIONS');
  });
});

describe('formatMarkdownTable', () => {
  it('escapes markup in cells', () => {
    expect(formatMarkdownTable(rows)).toBe(
      '| METHOD | PATH |\n| --- | --- |\n| GET | /a/\\*\\_\\|\\<b> |\n| OPTIONS |  |',
    );
  });
});
