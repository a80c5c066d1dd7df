/**
 * The apps before. Their packages are installed by `npm run test:migrating`, in their own folder.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import type { Library } from './libraries.js';
import { AUDIENCE, POOL, type Setting } from './setting.js';

const FOLDER = new URL('../before/', import.meta.url);

interface BeforeModule {
  readonly createApp: (options: object) => RequestListener;
}

interface JwksCacheModule {
  readonly createJwksCache: (fetchJwks: typeof fetch) => object;
}

/** Returns the function that creates new apps, each of which has fetched no keys yet. */
export async function loadBefore({
  name,
}: Library): Promise<(setting: Setting) => RequestListener> {
  const { createApp } = (await load(name)) as BeforeModule; // all apps have this form
  if (name !== 'aws-jwt-verify') {
    return ({ issuer: { issuer, jwksUri } }) => createApp({ issuer, audience: AUDIENCE, jwksUri });
  }
  const { createJwksCache } = (await load('jwks-cache')) as JwksCacheModule; // it exports this function
  return ({ issuer }) => createApp({ ...POOL, jwksCache: createJwksCache(issuer.fetch) });
}

function load(name: string): Promise<unknown> {
  return import(new URL(`${name}.js`, FOLDER).href);
}

/** Reads the version of a package that an app before uses. */
export function readVersion(packageName: string): string {
  const manifest = new URL(`node_modules/${packageName}/package.json`, FOLDER);
  // npm has already read this file.
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;
}
