import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type PackageRules, findBreaches } from './support/workspace-rules.js';
import { parseModule, type SourceModule } from './support/workspace-modules.js';
import { PUBLIC_NAMES } from './support/workspace-names.js';
import { listFolders, listSources, readManifest, root } from './support/workspace.js';

/**
 * The table of layers. A file imports only from lines above its own, or from a package that
 * `imports` names. A new file gets a place in a line; a new dependency is an arrow to argue for.
 */
const PACKAGES: Readonly<Record<string, PackageRules>> = {
  protocol: {
    imports: ['leven'],
    layers: [
      ['hook', 'https-url', 'option-checks', 'quoted-string', 'scope', 'shared-listener'],
      ['challenge', 'exchange-error'],
      ['errors', 'exchange'],
      ['authorization'],
    ],
  },
  'access-token': {
    imports: ['@scopegate/protocol', 'lru-cache'],
    importsTypes: ['@standard-schema/spec'],
    layers: [
      [
        'claims',
        'errors',
        'explanation',
        'foreign-options',
        'freshness',
        'json-object',
        'key-file',
        'plain-copy',
        'refresh-budget',
        'shown-value',
        'signature',
      ],
      [
        'base64url',
        'check-remedies',
        'claims-schema',
        'key-import',
        'key-withdrawal',
        'metadata',
        'options',
        'pending-verifications',
        'principal',
        'shown-issues',
      ],
      ['claim-checks', 'events', 'jose-header', 'jwks-source', 'key-ring', 'token-kind'],
      ['compact-jws', 'held-keys', 'key-set', 'resolve-issuer'],
      ['remote-key-set', 'resolve-options', 'static-key-set', 'verify'],
      ['diagnosis', 'key-search', 'token-lapse'],
      ['token-cache', 'while-acceptable'],
      [
        'acceptance',
        'check-scene',
        'diagnosis-audience',
        'diagnosis-claims',
        'diagnosis-kind',
        'token-shape',
      ],
      [
        'diagnosis-format',
        'explained-claim-checks',
        'explained-key-checks',
        'explained-time-checks',
        'token-reading',
      ],
      ['explained-checks'],
      ['explain'],
      ['verifier'],
    ],
  },
  express: {
    imports: ['@scopegate/access-token', '@scopegate/protocol', 'vary'],
    importsTypes: ['express'],
    layers: [
      [
        'credentials',
        'decision-event',
        'express4-path',
        'middleware',
        'path-pattern',
        'providers',
        'request-token',
        'scope-policy',
        'silent-response',
        'text-table',
      ],
      [
        'authenticate',
        'declare-public',
        'express-layer',
        'guard-arguments',
        'path-samples',
        'published-metadata',
        'refusal',
      ],
      ['broken-answer', 'route-check'],
      ['guard-policy', 'metadata-router', 'refusal-handover'],
      [
        'audited-policy',
        'audited-scopes',
        'authorize',
        'mounted-application',
        'options',
        'path-shapes',
        'refusal-answer',
        'seen-handler',
      ],
      ['admission', 'refusal-error-handler', 'route-walk', 'while-acceptable'],
      ['guard', 'joined-paths', 'route-trace'],
      ['upgrade'],
      ['route-access', 'route-places'],
      ['place-requests'],
      ['audited-route'],
      ['audit-openapi', 'route-exposure'],
      ['route-audit'],
      ['audit-findings', 'resource-server'],
      ['audit-format'],
      ['expect-all-guarded'],
    ],
  },
  client: {
    imports: ['@scopegate/protocol', 'lru-cache', 'oauth4webapi'],
    layers: [
      [
        'access-token',
        'challenge-parser',
        'deadline',
        'endpoint-url',
        'errors',
        'foreign-options',
        'private-key',
        'retry-after',
        'server-text',
      ],
      ['bounded-fetch', 'events', 'resource-request', 'secret-readers', 'token-target'],
      ['client-authentication', 'metadata', 'redirect', 'token-answer'],
      ['authorized-fetch', 'options', 'renewable-token', 'token-request'],
      ['token-source'],
      ['token-client'],
    ],
  },
  cli: {
    imports: [
      '@scopegate/access-token',
      '@scopegate/express',
      '@scopegate/protocol',
      'commander',
      // The application that is to be audited.
      '(computed)',
    ],
    layers: [
      ['advice', 'document-fetch', 'exit-code', 'terminal'],
      [
        'explanation-report',
        'key-advice',
        'metadata-advice',
        'routes-command',
        'token-input',
        'transport-advice',
      ],
      ['doctor-finding', 'explain-command'],
      ['key-findings', 'metadata-findings', 'transport-findings'],
      ['doctor'],
      ['doctor-command'],
      ['command-line'],
      ['scopegate'],
    ],
  },
  testing: {
    // Never the verifier's code: one bug must not hide in both.
    imports: ['@scopegate/protocol'],
    importsTypes: ['@scopegate/access-token'],
    layers: [
      [
        'attacked-app',
        'clock',
        'http-answer',
        'promised',
        'request-log',
        'scope-need',
        'signing-keys',
        'text-table',
        'verified-token',
      ],
      ['client-authentication', 'compact-jws', 'fault', 'issuer-endpoints'],
      ['answer-delivery', 'faulty-answer', 'issuer-options', 'token-shape'],
      ['in-process-fetch', 'issuer-server', 'loopback-server', 'token-mint'],
      ['forgery', 'token-endpoint'],
      ['forged-claims', 'forged-encodings', 'forged-signatures'],
      ['forge'],
      ['bearer'],
      ['attack', 'test-issuer'],
      ['attack-verdict', 'protection-options'],
      ['assert-protected'],
    ],
  },
};

/** What npm, tsc and changesets put beside the five that are written by hand. */
const GENERATED = ['CHANGELOG.md', 'dist', 'node_modules'];

describe.each(Object.entries(PACKAGES))('package %s', (name, rules) => {
  const modules = listSources(name).map((path) =>
    parseModule(path, readFileSync(join(root, 'packages', name, 'src', path), 'utf8')),
  );

  it('keeps its files in layers and its imports to its arrows', () => {
    expect(findBreaches(rules, modules)).toEqual([]);
  });

  it('exports the names that were decided on', () => {
    const names = modules.find(({ path }) => path === 'index.ts')?.reexports ?? [];
    expect([...names].sort()).toEqual(PUBLIC_NAMES[name]);
  });

  it('declares no dependency without an arrow', () => {
    const { dependencies = {}, peerDependencies = {} } = readManifest(`packages/${name}`);
    const arrows = [...rules.imports, ...(rules.importsTypes ?? [])];
    expect(arrows).toEqual(
      expect.arrayContaining(Object.keys({ ...dependencies, ...peerDependencies })),
    );
  });

  it('holds package.json, tsconfig.json, README.md, LICENSE and src, a bin for commands, and nothing else', () => {
    const entries = readdirSync(join(root, 'packages', name));
    const written = entries.filter((entry) => !GENERATED.includes(entry)).sort();
    const bin = readManifest(`packages/${name}`).bin === undefined ? [] : ['bin'];
    expect(written).toEqual([
      ...['LICENSE', 'README.md', ...bin, 'package.json', 'src', 'tsconfig.json'],
    ]);
  });
});

describe('workspace', () => {
  it('has a row in the table for every package', () => {
    expect(Object.keys(PACKAGES).sort()).toEqual(listFolders('packages'));
  });

  it('gives all packages one version, and lets them ask for exactly that of each other', () => {
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
    layers: [['claims', 'options'], ['verify']],
  };
  const good = {
    'claims.ts': `import { createHash } from 'node:crypto';`,
    'options.ts': `import type { Request } from 'express';`,
    'verify.ts': `import { claims } from './claims.js'; import { jwtVerify } from 'jose';`,
    'verify.test.ts': `import { verify } from './verify.js'; import { it } from 'vitest';`,
    'index.ts': `/** An entry. */ export { type Claims, verify } from './verify.js';`,
  };
  const outline = (files: Readonly<Record<string, string>>): SourceModule[] =>
    Object.entries(files).map(([path, text]) => parseModule(path, text));
  const breachesWith = (files: Readonly<Record<string, string>>): string[] =>
    findBreaches(rules, outline({ ...good, ...files }));

  it('has nothing to say of a package in good order', () => {
    expect(breachesWith({})).toEqual([]);
  });

  it.each([
    ['an upward import', `import { verify } from './verify.js';`, './verify.js'],
    ['an upward import of types', `import type { A } from './verify.js';`, './verify.js'],
    ['an upward re-export', `export { verify } from './verify.js';`, './verify.js'],
    ['an upward import type', `export type A = import('./verify.js').A;`, './verify.js'],
    ['an upward dynamic import', `export const a = () => import('./verify.js');`, './verify.js'],
    ['an import within a layer', `import { options } from './options.js';`, './options.js'],
    ['an import of itself', `import { claims } from './claims.js';`, './claims.js'],
    ['an import of the entry', `import { verify } from './index.js';`, './index.js'],
    ['an import of a unit test', `import { a } from './verify.test.js';`, './verify.test.js'],
  ])('refuses %s', (_case, text, specifier) => {
    expect(breachesWith({ 'claims.ts': text })).toEqual([
      `claims.ts imports ${specifier}, which is in no lower layer`,
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
  ])('refuses %s', (_case, text) => {
    const [breach, ...others] = breachesWith({ 'options.ts': text });
    expect(breach).toMatch(/^options\.ts may not import /);
    expect(others).toEqual([]);
  });

  it.each([
    '@scopegate/protocol/src/scope.js',
    '../../protocol/src/scope.js',
    '../../../packages/protocol/src/scope.js',
  ])('refuses to reach into another package from a unit test: %s', (specifier) => {
    expect(breachesWith({ 'verify.test.ts': `import { a } from '${specifier}';` })).toEqual([
      `verify.test.ts reaches into another package: ${specifier}`,
    ]);
  });

  it('refuses a file that is in no layer and a row that has no file', () => {
    const files: Record<string, string> = { ...good, 'key-set.ts': '' };
    delete files['claims.ts'];
    expect(findBreaches(rules, outline(files))).toEqual([
      'key-set.ts is in no layer',
      'claims.ts is in the table and does not exist',
    ]);
  });

  it.each([
    [{ 'utils.ts': '' }, 'utils.ts is not named after what it exports'],
    [{ 'types/token.ts': '' }, 'types/token.ts is not named after what it exports'],
    [{ 'keySet.ts': '' }, 'keySet.ts is not in kebab-case'],
    [{ 'claims.ts': 'export default 1;' }, 'claims.ts has a default export'],
    [{ 'claims.ts': 'const a = 1; export { a as default };' }, 'claims.ts has a default export'],
    [{ 'claims.ts': 'export default function a() {}' }, 'claims.ts has a default export'],
    [
      { 'index.ts': `export * from './verify.js';` },
      'index.ts exports whatever another module exports',
    ],
    [
      { 'index.ts': `export * as all from './verify.js';` },
      'index.ts exports whatever another module exports',
    ],
    [{ 'index.ts': 'export const a = 1;' }, 'index.ts does more than re-export'],
    [{ 'index.ts': `import './verify.js';` }, 'index.ts does more than re-export'],
  ])('refuses %j', (files, breach) => {
    expect(breachesWith(files)).toContain(breach);
  });
});
