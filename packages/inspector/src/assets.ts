/**
 * The files of the page, as the package contains them.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Answer, refusal } from './response.js';

/**
 * How the page is protected: `key`, by the key of the process; `token`, by a guard that accepts access tokens;
 * `none`, by middleware in front of everything.
 */
export type AccessKind = 'key' | 'token' | 'none';

/** The path of the page itself, below its address. */
export const PAGE_PATH = '';

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** The folders whose modules `tsc` compiles for the browser, beside the package's own bundle. */
const MODULE_FOLDER = /^page(?:-\w+)*$/;

/** The same folder for the sources and for the bundle. */
const DIST = new URL('../dist/', import.meta.url);

/** Preact's files refer to each other by the names that the page imports. */
const PREACT_FILES = [
  ['preact/preact.mjs', 'preact'],
  ['preact/hooks.mjs', 'preact/hooks'],
  ['preact/jsxRuntime.mjs', 'preact/jsx-runtime'],
] as const;

/** The version of this package. */
export function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { readonly version: string }; // npm requires it
  return version;
}

/** The files of the page. They are read once, when the first is requested. */
export class Assets {
  #files: ReadonlyMap<string, Answer> | undefined;

  /** Finds a file by its path below the address of the page. */
  find(path: string, access: AccessKind): Answer | undefined {
    this.#files ??= readFiles();
    return this.#files.get(path === PAGE_PATH ? nameOfPage(access) : path);
  }
}

/** Paths contain no question mark, so none leads to the page of another kind. */
function nameOfPage(access: AccessKind): string {
  return `?${access}`;
}

function readFiles(): ReadonlyMap<string, Answer> {
  try {
    return readPackage();
  } catch {
    const missing = refusal(
      500,
      'the files of the page cannot be read; build or install the package',
    );
    return new Map(ACCESS_KINDS.map((kind) => [nameOfPage(kind), missing]));
  }
}

/** Reads the files of the package. The page itself is there once for each way to protect it. */
function readPackage(): ReadonlyMap<string, Answer> {
  const modules = readdirSync(DIST)
    .filter((name) => MODULE_FOLDER.test(name))
    .flatMap(listModules);
  const { resolve } = createRequire(import.meta.url);
  return new Map([
    ...readPages(),
    ['page/page.css', asset('text/css; charset=utf-8', readSource('page.css'))],
    ['page/icon.svg', asset('image/svg+xml', readSource('icon.svg'))],
    ...PREACT_FILES.map(([path, name]) => file(path, readFileSync(resolve(name)))),
    ...modules.map((path) => file(path, readFileSync(new URL(path, DIST)))),
  ]);
}

const ACCESS_KINDS: readonly AccessKind[] = ['key', 'token', 'none'];

function readPages(): readonly (readonly [string, Answer])[] {
  const page = readSource('index.html').toString();
  const importMap = /<script type="importmap">([^<]*)<\/script>/.exec(page)?.[1] ?? '';
  const headers = { 'Content-Security-Policy': formatPagePolicy(importMap) };
  return ACCESS_KINDS.map((kind) => {
    const body = page.replace('data-access="key"', `data-access="${kind}"`);
    return [nameOfPage(kind), { ...asset(HTML, body), headers }];
  });
}

/**
 * Formats the policy of the page: scripts of this package only, nothing inline but the import map, and no text
 * that becomes markup or a script.
 */
function formatPagePolicy(importMap: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${createHash('sha256').update(importMap).digest('base64')}'`,
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** Reads a file that is not compiled. The sources are published, so it need not be copied. */
function readSource(name: string): Buffer {
  return readFileSync(new URL(`../src/page/${name}`, import.meta.url));
}

/** Lists the compiled modules of a folder by their paths. */
function listModules(folder: string): readonly string[] {
  const names = readdirSync(new URL(`${folder}/`, DIST));
  return names.filter((name) => name.endsWith('.js')).map((name) => `${folder}/${name}`);
}

function file(path: string, script: Buffer): readonly [string, Answer] {
  return [path, asset(SCRIPT, script)];
}

function asset(type: string, body: string | Uint8Array): Answer {
  return { status: 200, type, body };
}
