import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGES } from './rooms.js';
import { type PackageRules, findBreaches } from './rules.js';
import { parseModule, type SourceModule } from './modules.js';
import { listFolders, listSources, readManifest, root } from './workspace.js';

/** Files of npm, tsc and changesets, besides the five that are written by hand. */
const GENERATED = ['CHANGELOG.md', 'dist', 'node_modules'];

describe.each(Object.entries(PACKAGES))('package %s', (name, rules) => {
  const modules = listSources(name).map((path) =>
    parseModule(path, readFileSync(join(root, 'packages', name, 'src', path), 'utf8')),
  );

  it('has files in rooms, and imports only along the arrows', () => {
    expect(
      findBreaches(rules, modules),
      'test/workspace/rooms.ts has the rooms, and docs/style.md the rules',
    ).toEqual([]);
  });

  it('declares only dependencies with an arrow', () => {
    const { dependencies = {}, peerDependencies = {} } = readManifest(`packages/${name}`);
    const arrows = [...rules.imports, ...(rules.importsTypes ?? [])].map(packageOf);
    expect(
      Object.keys({ ...dependencies, ...peerDependencies }).filter(
        (dependency) => !arrows.includes(dependency),
      ),
      `package.json must not have dependencies that the entry of ${name} in test/workspace/rooms.ts does not import`,
    ).toEqual([]);
  });

  it('holds package.json, tsconfig.json, README.md, LICENSE and src, a bin for commands, screenshots of a page, and nothing else', () => {
    const entries = readdirSync(join(root, 'packages', name));
    const written = entries.filter((entry) => !GENERATED.includes(entry)).sort();
    const bin = readManifest(`packages/${name}`).bin === undefined ? [] : ['bin'];
    expect(written).toEqual([
      'LICENSE',
      'README.md',
      ...bin,
      'package.json',
      // The README shows them; the tarball does not have them.
      ...(name === 'inspector' ? ['screenshots'] : []),
      'src',
      'tsconfig.json',
    ]);
  });
});

describe('workspace', () => {
  it('has a row in the table for each package', () => {
    expect(
      Object.keys(PACKAGES).sort(),
      'test/workspace/rooms.ts must have an entry for each folder of packages',
    ).toEqual(listFolders('packages'));
  });

  it('has one version for all packages, which depend on exactly that of each other', () => {
    const manifests = Object.keys(PACKAGES).map((name) => readManifest(`packages/${name}`));
    const siblings = manifests
      .flatMap(({ dependencies, peerDependencies }) => [
        ...Object.entries({ ...dependencies, ...peerDependencies }),
      ])
      .filter(([dependency]) => dependency.startsWith('@scopegate/'))
      .map(([, range]) => range);
    expect(new Set([...manifests.map(({ version }) => version), ...siblings]).size).toBe(1);
  });
});

describe('findBreaches', () => {
  const rules: PackageRules = {
    imports: ['@scopegate/protocol', 'jose'],
    importsTypes: ['express'],
    rooms: [['claims/', 'options'], ['verify']],
  };
  const good = {
    'claims/audience.ts': `import { createHash } from 'node:crypto';`,
    'claims/times.ts': `import { audience } from './audience.js';`,
    'options.ts': `import type { Request } from 'express';`,
    'verify.ts': `import { times } from './claims/times.js'; import { jwtVerify } from 'jose';`,
    'verify.test.ts': `import { verify } from './verify.js'; import { it } from 'vitest';`,
    'index.ts': `/** An entry. */ export { type Claims, verify } from './verify.js';`,
  };
  const outline = (files: Readonly<Record<string, string>>): SourceModule[] =>
    Object.entries(files).map(([path, text]) => parseModule(path, text));
  const breachesWith = (files: Readonly<Record<string, string>>): string[] =>
    findBreaches(rules, outline({ ...good, ...files }));

  it('finds no breach in a package in good order', () => {
    expect(breachesWith({})).toEqual([]);
  });

  it.each([
    ['an import', `import { verify } from '../verify.js';`, '../verify.js'],
    ['an import of types', `import type { A } from '../verify.js';`, '../verify.js'],
    ['a re-export', `export { verify } from '../verify.js';`, '../verify.js'],
    ['an import type', `export type A = import('../verify.js').A;`, '../verify.js'],
    ['a dynamic import', `export const a = () => import('../verify.js');`, '../verify.js'],
    ['an import of the entry', `import { verify } from '../index.js';`, '../index.js'],
    ['an import of a unit test', `import { a } from '../verify.test.js';`, '../verify.test.js'],
  ])('finds an import of a higher room by %s', (_case, text, specifier) => {
    expect(breachesWith({ 'claims/audience.ts': text })).toContain(
      `claims/audience.ts imports a higher room: ${specifier}`,
    );
  });

  it('finds an import of a room in the same row', () => {
    expect(breachesWith({ 'claims/audience.ts': `import { a } from '../options.js';` })).toEqual([
      'claims/audience.ts imports a sibling room: ../options.js',
    ]);
  });

  it('finds a circle, and shows its path', () => {
    const text = `import { times } from './times.js';`;
    expect(breachesWith({ 'claims/audience.ts': text })).toEqual([
      'files import each other in a circle: claims/audience.ts → claims/times.ts → claims/audience.ts',
    ]);
  });

  it('accepts a planned room that does not exist, and reports one that does', () => {
    const planning = { ...rules, rooms: [...rules.rooms, ['dpop/']], planned: ['dpop/'] };
    expect(findBreaches(planning, outline(good))).toEqual([]);
    expect(findBreaches(planning, outline({ ...good, 'dpop/proof.ts': '' }))).toEqual([
      'room dpop/ exists: it is not planned any more',
    ]);
  });

  it('finds a file in no room, a room that does not exist, and a crowded room', () => {
    const files: Record<string, string> = { ...good, 'key-set.ts': '' };
    delete files['options.ts'];
    for (let count = 0; count < 14; count += 1) files[`claims/claim-${count}.ts`] = '';
    expect(findBreaches(rules, outline(files))).toEqual([
      'key-set.ts is in no room',
      'room options is in the table and does not exist',
      'room claims/ has 16 files: split it',
    ]);
  });

  it.each([
    ['a package without an arrow', `import { verify } from '@scopegate/access-token';`],
    ['a third-party package without an arrow', `import leven from 'leven';`],
    ['a builtin without its scheme', `import { readFileSync } from 'fs';`],
    ['a required package', `const leven = require('leven');`],
    ['a required package in the old form', `import leven = require('leven');`],
    ['a computed import', `export const load = (name: string) => import(name);`],
    ['a types-only package at run time', `import express from 'express';`],
    ['a types-only package that is still loaded', `import { type Request } from 'express';`],
  ])('finds %s', (_case, text) => {
    const [breach, ...others] = breachesWith({ 'options.ts': text });
    expect(breach).toMatch(/^options\.ts may not import /);
    expect(others).toEqual([]);
  });

  it.each([
    '@scopegate/protocol/src/scope.js',
    '../../protocol/src/scope.js',
    '../../../packages/protocol/src/scope.js',
  ])('finds an import of another package in a unit test: %s', (specifier) => {
    expect(breachesWith({ 'verify.test.ts': `import { a } from '${specifier}';` })).toEqual([
      `verify.test.ts reaches into another package: ${specifier}`,
    ]);
  });

  it.each([
    [{ 'utils.ts': '' }, 'utils.ts is not named after what it exports'],
    [{ 'types/token.ts': '' }, 'types/token.ts is not named after what it exports'],
    [{ 'keySet.ts': '' }, 'keySet.ts is not in kebab-case'],
    [{ 'claims/index.ts': '' }, 'claims/index.ts is an index in a room'],
    [{ 'claims/more/a.ts': '' }, 'claims/more/a.ts is in a room inside a room'],
    [{ 'options.ts': 'export default 1;' }, 'options.ts has a default export'],
    [{ 'options.ts': 'const a = 1; export { a as default };' }, 'options.ts has a default export'],
    [{ 'options.ts': 'export default function a() {}' }, 'options.ts has a default export'],
    [
      { 'index.ts': `export * from './verify.js';` },
      'index.ts exports everything another module exports',
    ],
    [
      { 'index.ts': `export * as all from './verify.js';` },
      'index.ts exports everything another module exports',
    ],
    [{ 'index.ts': 'export const a = 1;' }, 'index.ts does more than re-export'],
    [{ 'index.ts': `import './verify.js';` }, 'index.ts does more than re-export'],
  ])('finds a breach in %j', (files, breach) => {
    expect(breachesWith(files)).toContain(breach);
  });
});

/** The package of a specifier, which may name one of its other entry points. */
function packageOf(specifier: string): string {
  const depth = specifier.startsWith('@') ? 2 : 1;
  return specifier.split('/').slice(0, depth).join('/');
}
