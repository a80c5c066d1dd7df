import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deriveManifest, listDifferences } from '../../.ci/release/manifests.mjs';
import { readOwner } from '../../.ci/release/owner.mjs';
import { readManifest } from '../../.ci/release/workspace.mjs';
import { listFolders, root } from '../workspace/workspace.js';

const OWNER = {
  repository: 'https://github.com/acme/scopegate',
  homepage: 'https://scopegate.dev',
  bugs: 'https://github.com/acme/scopegate/issues',
};

const MANIFEST = {
  name: '@scopegate/express',
  keywords: ['express'],
  license: 'MIT',
  engines: { node: '>=20' },
  files: ['dist'],
  dependencies: {},
};

const derive = (manifest: Readonly<Record<string, unknown>>, owner: object = OWNER): object =>
  deriveManifest(manifest, 'packages/express', owner);

describe('deriveManifest', () => {
  it('adds what the owner has filled in, and how the package is published', () => {
    expect(derive(MANIFEST)).toEqual({
      ...MANIFEST,
      homepage: 'https://scopegate.dev',
      bugs: { url: 'https://github.com/acme/scopegate/issues' },
      // The form that npm writes, and the folder that npm compares with the provenance.
      repository: {
        type: 'git',
        url: 'git+https://github.com/acme/scopegate.git',
        directory: 'packages/express',
      },
      publishConfig: { access: 'public' },
      scripts: {
        prepack: 'node ../../.ci/release/pack-readme.mjs',
        postpack: 'node ../../.ci/release/restore-readme.mjs',
        postpublish: 'node ../../.ci/release/restore-readme.mjs',
      },
    });
  });

  it('keeps the order of members, and adds new ones beside related ones', () => {
    const derived = derive(MANIFEST);
    expect(Object.keys(derived)).toEqual([
      'name',
      'keywords',
      'homepage',
      'bugs',
      'license',
      'repository',
      'engines',
      'publishConfig',
      'files',
      'scripts',
      'dependencies',
    ]);
    expect(JSON.stringify(derive({ ...derived }))).toBe(JSON.stringify(derived));
  });

  it('replaces members that differ', () => {
    const manifest = { ...MANIFEST, homepage: 'https://old.example', publishConfig: {} };
    expect(derive(manifest)).toEqual(derive(MANIFEST));
  });

  it('removes what the owner has not filled in', () => {
    expect(derive({ ...derive(MANIFEST) }, {})).toEqual(derive(MANIFEST, {}));
    expect(derive(MANIFEST, {})).not.toHaveProperty('repository');
  });
});

describe('listDifferences', () => {
  it('lists the members that are not as they are derived', () => {
    expect(listDifferences(MANIFEST, deriveManifest(MANIFEST, 'packages/express', OWNER))).toEqual([
      'homepage',
      'bugs',
      'repository',
      'publishConfig',
      'scripts',
    ]);
  });
});

/** Keywords by which only the packages for a framework or a store should be found. */
const SPECIFIC: Readonly<Record<string, readonly string[]>> = {
  express: ['express', 'cli'],
  middleware: ['express'],
  fastify: ['fastify'],
  'fastify-plugin': ['fastify'],
  hono: ['web'],
  nextjs: ['web'],
  redis: ['redis'],
  valkey: ['redis'],
  opentelemetry: ['telemetry'],
};

describe.each(listFolders('packages'))('manifest of %s', (name) => {
  const folder = `packages/${name}`;
  const manifest = readManifest(join(root, folder));
  const workspace = readManifest(root);

  it('follows from the manifest of the root', () => {
    const { owner } = readOwner(workspace);
    // Correct this with `npm run release:manifests`.
    expect(listDifferences(manifest, deriveManifest(manifest, folder, owner))).toEqual([]);
    const { license, engines } = workspace;
    expect(manifest).toMatchObject({ name: `@scopegate/${name}`, license, engines });
  });

  it('lists what is published, without tests and build information', () => {
    const programs = manifest.bin === undefined ? [] : ['bin'];
    const files = [
      ...programs,
      'dist',
      'src',
      'CHANGELOG.md',
      '!**/*.test.ts',
      '!**/*.tsbuildinfo',
    ];
    expect(manifest.files).toEqual(expect.arrayContaining(files));
    // Only a program has effects when it is imported.
    const effects = manifest.bin === undefined ? false : ['./dist/scopegate.js'];
    expect(manifest['sideEffects']).toEqual(effects);
  });

  it('has entry points with a source, types and code, and the manifest', () => {
    const { './package.json': own, ...entryPoints } = manifest.exports as Record<string, unknown>;
    expect(own).toBe('./package.json');
    for (const [entryPoint, target] of Object.entries(entryPoints)) {
      const file = entryPoint === '.' ? 'index' : entryPoint.slice(2);
      expect(target).toEqual({
        '@scopegate/source': `./src/${file}.ts`,
        types: `./dist/${file}.d.ts`,
        default: `./dist/${file}.js`,
      });
      expect(existsSync(join(root, folder, `src/${file}.ts`))).toBe(true);
    }
    expect(manifest).toMatchObject({ main: './dist/index.js', types: './dist/index.d.ts' });
  });

  it('has a description, and keywords that fit the package', () => {
    const keywords = manifest['keywords'] as string[];
    expect(manifest['description']).toMatch(/^[A-Z].{20,140}[^.]$/);
    expect(keywords).toContain('oauth2');
    expect(new Set(keywords).size).toBe(keywords.length);
    const foreign = keywords.filter((keyword) => SPECIFIC[keyword]?.includes(name) === false);
    expect(foreign).toEqual([]);
  });
});
