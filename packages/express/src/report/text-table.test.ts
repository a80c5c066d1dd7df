import { describe, expect, it } from 'vitest';
import { formatMarkdownTable, formatTextTable } from './text-table.js';

const rows = [
  ['METHOD', 'PATH'],
  ['GET', '/a/*_|<b>'],
  ['OPTIONS', ''],
];

describe('formatTextTable', () => {
  it('aligns columns and leaves no space at the end of a line', () => {
    expect(formatTextTable(rows)).toBe('METHOD   PATH\nGET      /a/*_|<b>\nOPTIONS');
  });
});

describe('formatMarkdownTable', () => {
  it('keeps what a cell holds from being taken for markup', () => {
    expect(formatMarkdownTable(rows)).toBe(
      '| METHOD | PATH |\n| --- | --- |\n| GET | /a/\\*\\_\\|\\<b> |\n| OPTIONS |  |',
    );
  });
});
