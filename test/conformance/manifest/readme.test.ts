/**
 * Pages that are generated from the code, or must match it.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { SPECIFICATIONS } from './requirements.js';
import { root } from '../../workspace/workspace.js';
import { readSources, RESOURCE_SERVER_PACKAGES } from '../support/package-sources.js';
import { formatReadme } from './readme.js';

it('README.md of the conformance suite matches the manifest', async () => {
  const path = join(root, 'test/conformance/README.md');
  const options = await resolveConfig(path);
  const text = await format(formatReadme(SPECIFICATIONS), { ...options, parser: 'markdown' });
  await expect(
    text,
    'test/conformance/README.md differs from the manifest; run "npm run pages" and commit the page',
  ).toMatchFileSnapshot(path);
});

it('SECURITY.md lists every option that gives up a protection', () => {
  const sources = readSources([...RESOURCE_SERVER_PACKAGES, 'client', 'redis']).join('\n');
  const options = new Set(sources.match(/\bdangerously\w+/g));
  const page = readFileSync(join(root, 'SECURITY.md'), 'utf8');
  expect(
    new Set(page.match(/\bdangerously\w+/g)),
    'SECURITY.md must name each option that begins with "dangerously", and no other',
  ).toEqual(options);
});
