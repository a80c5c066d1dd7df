import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { listFolders, root } from '../workspace/workspace.js';
import { reportApi } from './api-report.js';
import { listExports } from './declarations.js';
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
