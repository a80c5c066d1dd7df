import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findStumbles } from './voice.js';
import { listProse, root } from './workspace.js';

describe('prose of the repository', () => {
  it('is written as a native engineer of this field writes', () => {
    const stumbles = listProse().flatMap((path) =>
      findStumbles(path, readFileSync(join(root, path), 'utf8')),
    );
    expect(stumbles).toEqual([]);
    // It reads every file of the repository, beside other tests.
  }, 120_000);
});

describe('listProse', () => {
  it('lists pages, sources, tests and programs', () => {
    const some = [
      '.ci/run',
      'README.md',
      'docs/style.md',
      'packages/express/src/guard/guard.ts',
      'packages/express/src/guard/guard.test.ts',
      'test/bench/run.mjs',
    ];
    expect(listProse()).toEqual(expect.arrayContaining(some));
  });
});

describe('findStumbles', () => {
  it.each([
    ['// The token is no JWT.', 'is no JWT'],
    ['/** Says whether the URL uses https. */', 'Says whether'],
    ['// Not cached, for it may change.', ', for it'],
    ['// Keys in place of discovery.', 'in place of'],
    ["throw new Error('nobody listens');", 'nobody'],
    ["it('asks anew', () => undefined);", 'anew'],
    ['const text = `must be a whole number`;', 'whole number'],
  ])('finds in %j the phrase %j', (line, phrase) => {
    expect(findStumbles('a.ts', line)).toEqual([`a.ts:1 ${phrase}`]);
  });

  it.each([
    ['const nobody = whoever(anew);'],
    ["import { anew } from './anew.js';"],
    ['// This is not a JWT.'],
    ['// There is no key, no scope and no answer.'],
    ['// Waits for it, then for the next.'],
  ])('finds nothing in %j', (line) => {
    expect(findStumbles('a.ts', line)).toEqual([]);
  });

  it('reads all of a page but its code', () => {
    const page = ['It is no server.', '```ts', 'const anew = 1;', '```', 'Use `anew` again.'];
    expect(findStumbles('README.md', page.join('\n'))).toEqual(['README.md:1 is no server']);
  });
});
