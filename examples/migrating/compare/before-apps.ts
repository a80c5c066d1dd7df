/**
 * The apps before. Their packages are installed by `npm run test:migrating`, in their own folder.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { Library } from './libraries.js';
import { AUDIENCE, POOL, type Setting } from './setting.js';

const FOLDER = new URL('../before/', import.meta.url);

interface BeforeModule {
  readonly createApp: (options: object) => RequestListener;
}

/** Returns the function that creates new apps, each of which has fetched no keys yet. */
export async function loadBefore({
  name,
}: Library): Promise<(setting: Setting) => RequestListener> {
  const { href } = new URL(`${name}.js`, FOLDER);
  const { createApp } = (await import(href)) as BeforeModule; // all apps have this form
  if (name === 'aws-jwt-verify') {
    return ({ issuer }) => createApp({ ...POOL, jwksCache: createJwksCache(issuer.fetch) });
  }
  return ({ issuer: { issuer, jwksUri } }) => createApp({ issuer, audience: AUDIENCE, jwksUri });
}

/** Reads the version of a package that an app before uses. */
export function readVersion(packageName: string): string {
  const manifest = new URL(`node_modules/${packageName}/package.json`, FOLDER);
  // npm has already read this file.
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;
}

interface JwkModule {
  readonly SimpleJwksCache: new (options: {
    readonly fetcher: { readonly fetch: (uri: string) => Promise<ArrayBuffer> };
  }) => object;
}

/** The cache of aws-jwt-verify, with keys that are fetched from the issuer of the test. */
function createJwksCache(fetchFromIssuer: typeof fetch): object {
  const require = createRequire(FOLDER);
  const { SimpleJwksCache } = require('aws-jwt-verify/jwk') as JwkModule; // as its types say
  const fetchBytes = async (uri: string): Promise<ArrayBuffer> => {
    const response = await fetchFromIssuer(uri);
    if (!response.ok) throw new Error(`the keys were answered with status ${response.status}`);
    return response.arrayBuffer();
  };
  return new SimpleJwksCache({ fetcher: { fetch: fetchBytes } });
}
