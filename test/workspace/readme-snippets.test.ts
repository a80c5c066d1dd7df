import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest, root } from './workspace.js';
import { compileFences, type Fence, findRegion, listReadmes, readFences } from './readmes.js';

const readmes = listReadmes().map((readme) => ({
  readme,
  markdown: readFileSync(join(root, readme), 'utf8'),
}));
const fences = readmes.flatMap(({ readme, markdown }) => readFences(readme, markdown));
const titled = (chosen: readonly Fence[]): [string, Fence][] =>
  chosen.map((fence) => [`${fence.readme}:${fence.line}`, fence]);

const code = fences.filter(({ language }) => language === 'ts');
const copies = code.filter(({ source }) => source !== undefined);
const modules = code.filter(({ source }) => source === undefined);
const shell = fences.filter(({ language }) => language === 'sh');

/** Commands of npm that need no script in `package.json`. */
const NPM_COMMANDS = ['ci', 'exec', 'install', 'pack', 'view'];

/** The `npm` lines of a block that name no script of the README's folder or of the root. */
function unknownScripts({ readme, text }: Pick<Fence, 'readme' | 'text'>): string[] {
  const known = new Set(
    ['', dirname(readme)]
      .filter((folder) => existsSync(join(root, folder, 'package.json')))
      .flatMap((folder) => Object.keys(readManifest(folder).scripts ?? {})),
  );
  return text.split('\n').filter((line) => {
    const [, run, name = ''] = /^npm (run )?([\w:-]+)/.exec(line) ?? [];
    if (name === '' || (run === undefined && NPM_COMMANDS.includes(name))) return false;
    return !known.has(name === 'cit' || name === 't' ? 'test' : name);
  });
}

describe('READMEs', () => {
  const messages = compileFences(modules);

  it('include that of the workspace', () => {
    expect(readmes[0]?.readme).toBe('README.md');
  });

  it.each(titled(modules))('contain code that compiles: %s', (_title, fence) => {
    expect(messages.get(fence) ?? []).toEqual([]);
  });

  it.each(titled(copies))(
    'contain code that is in its source: %s',
    (_title, { source = '', text }) => {
      const [path = '', region = ''] = source.split('#');
      expect(text).toBe(findRegion(readFileSync(join(root, path), 'utf8'), region));
    },
  );

  it.each(titled(shell))('name scripts that exist: %s', (_title, fence) => {
    expect(unknownScripts(fence)).toEqual([]);
  });
});

// The compiler reads all packages, beside other tests.
describe('checks of READMEs', { timeout: 120_000 }, () => {
  const IMPORT = "import { parseScope } from '@scopegate/protocol';";
  const messagesOf = (...lines: string[]): string[][] => {
    const found = readFences('README.md', ['```' + lines.join('\n'), '```', ''].join('\n'));
    const messages = compileFences(found);
    return found.map((fence) => messages.get(fence) ?? []);
  };

  it('find blocks, in lists too, with their source and line', () => {
    const markdown = [
      '# Title',
      '```sh',
      'npm start',
      '```',
      '- item',
      '  ```ts source="a.ts#b"',
      '  if (x) {',
      '    y();',
      '  }',
      '  ```',
    ].join('\n');
    expect(readFences('README.md', markdown)).toMatchObject([
      { line: 2, language: 'sh', source: undefined, text: 'npm start\n' },
      { line: 6, language: 'ts', source: 'a.ts#b', text: 'if (x) {\n  y();\n}\n' },
    ]);
  });

  it('find code that does not compile against the packages', () => {
    expect(messagesOf('ts', IMPORT, 'parseScope(1);')).toEqual([
      [
        "parseScope(1); // Argument of type 'number' is not assignable to parameter of type 'string'.",
      ],
    ]);
  });

  it('let a block continue the previous one', () => {
    const missing = ["parseScope(''); // Cannot find name 'parseScope'."];
    expect(messagesOf('ts', IMPORT, '```', '```ts', "parseScope('');")).toEqual([[], missing]);
    expect(messagesOf('ts', IMPORT, '```', '```ts continues', "parseScope('');")).toEqual([[], []]);
  });

  it.each([
    ['npm start', []],
    ['npm start -- --serve', []],
    ['npm cit', []],
    ['npm install @scopegate/express', []],
    ['npm run lint && npm test', []],
    ['npm run start:all', ['npm run start:all']],
    ['npm bulid', ['npm bulid']],
    ['npm run install', ['npm run install']],
    ['curl http://localhost:3000', []],
  ])('find unknown scripts: %s', (text, unknown) => {
    expect(unknownScripts({ readme: 'packages/protocol/README.md', text })).toEqual(unknown);
  });

  it('find a region of a source, and report a missing one', () => {
    const source = '  // #region a\n  if (x) {\n\n    y();\n  }\n  // #endregion a\n';
    expect(findRegion(source, 'a')).toBe('if (x) {\n\n  y();\n}\n');
    expect(findRegion(source, 'b')).toBeUndefined();
  });
});
