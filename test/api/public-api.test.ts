import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { listFolders, root } from '../workspace/workspace.js';
import { reportApi } from './api-report.js';
import { listExports } from './declarations.js';
import { listGaps } from './documentation-gaps.js';
import { listPublicDeclarations } from './documented-names.js';
import { entryFile } from './entry-points.js';

describe.each(listFolders('packages'))('@scopegate/%s', (name) => {
  it('has the public API that its report shows', { timeout: 60_000 }, async () => {
    const style = await resolveConfig(`${root}/package.json`);
    const report = await format(reportApi(name), { ...style, parser: 'typescript' });
    await expect(
      report,
      `the public API of @scopegate/${name} differs from test/api/${name}.api.ts; if the change is intended, run "npm run api" and commit the file`,
    ).toMatchFileSnapshot(`${name}.api.ts`);
  });
});

describe('@scopegate/*/providers', () => {
  const presets = (name: string): string[] => {
    const file = entryFile(name, './providers');
    return file === undefined ? [] : listExports(file).map((exported) => exported.name);
  };

  it.each(['resource-server', 'express', 'fastify', 'web'])(
    'has in %s all names of access-token',
    (name) => {
      expect(presets(name)).toEqual(presets('access-token'));
      expect(presets(name)).toContain('auth0');
    },
  );
});

describe('the comments of public names', () => {
  it('have units, ranges, defaults, errors, examples and sections', { timeout: 60_000 }, () => {
    const declarations = listPublicDeclarations();
    expect(declarations.map(({ name }) => name)).toContain('AccessTokenVerifierOptions');
    expect(declarations.flatMap(listGaps)).toEqual([]);
  });
});

describe('listGaps', () => {
  const gapsOf = (name: string, text: string): string[] => {
    const { statements } = ts.createSourceFile('a.ts', text, ts.ScriptTarget.ES2023, true);
    return listGaps({ file: 'a.ts', name, statements });
  };
  const member = (comment: string, property: string): string[] =>
    gapsOf('AOptions', `interface AOptions { /** ${comment} */ readonly ${property}; }`);

  it.each([
    ['a unit in the name', 'An age, 1 to 60.', 'maxAgeSeconds: number'],
    ['a unit in the comment', 'A time in milliseconds, from 0.', 'time: number'],
    ['a default', 'A name. @defaultValue none', 'name?: string'],
    ['no default, because it is always present', 'A name.', 'name: string'],
    ['no default, because it is always absent', 'Cannot be combined with `b`.', 'a?: never'],
  ])('accepts %s', (_case, comment, property) => {
    expect(member(comment, property)).toEqual([]);
  });

  it.each([
    ['unit', 'An age, 1 to 60.', 'age: number', 'a.ts: AOptions.age needs a unit'],
    ['range', 'An age in seconds.', 'age: number', 'a.ts: AOptions.age needs a range'],
    ['default', 'A name.', 'name?: string | undefined', 'a.ts: AOptions.name needs @defaultValue'],
    ['section', 'A name. @see RFC 7519', 'name: string', 'a.ts: AOptions needs a section'],
    ['second section', '@see RFC 7519 §4; RFC 9068', 'a: string', 'a.ts: AOptions needs a section'],
  ])('finds a missing %s', (_case, comment, property, gap) => {
    expect(member(comment, property)).toEqual([expect.stringContaining(gap)]);
  });

  it('finds a function without its errors and its example', () => {
    expect(gapsOf('createA', '/** Creates. */ export declare function createA(): void;')).toEqual([
      'a.ts: createA needs @throws, or "Never throws"',
      'a.ts: createA needs @example',
    ]);
  });
});
