import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listReasonTexts } from '@scopegate/access-token/internal';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { root } from './workspace.js';

const HEAD = ['reason', 'response', 'meaning', 'rule', 'what to change'];

/** The table of all reasons, one line for each. */
function formatReasons(): string {
  const rows = listReasonTexts().map(({ reason, status, error, description, sections, fixes }) => [
    `\`${reason}\``,
    error === undefined ? String(status) : `${status} \`${error}\``,
    description,
    sections.join(', '),
    fixes.map(({ side, action }) => `${side}: ${action}`).join('; '),
  ]);
  return [HEAD, HEAD.map(() => '-'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

describe('docs/reasons.md', () => {
  it('lists each reason with its response, its rule and its fixes', async () => {
    const path = join(root, 'docs/reasons.md');
    const [text = ''] = readFileSync(path, 'utf8').split('\n| reason ');
    const options = await resolveConfig(path);
    const page = await format(`${text}\n${formatReasons()}\n`, { ...options, parser: 'markdown' });
    await expect(
      page,
      'docs/reasons.md differs from the reasons; run "npm run pages" and commit the page',
    ).toMatchFileSnapshot(path);
  });
});
