/**
 * Creates request headers with tokens.
 *
 * @module
 */
import { mapForgeries, type ForgeryName, type SyncForge } from './forgeries/forgeries.js';
import type { TokenMint } from './tokens/token-mint.js';
import type { TokenOverrides } from './tokens/token-overrides.js';

/** Request headers with a token, for `fetch`, supertest or undici. */
export type BearerHeaders = Readonly<Record<'authorization', string>>;

/** Creates request headers with a token. */
export type MakeBearerHeaders = (overrides?: TokenOverrides) => BearerHeaders;

/** Creates headers with a valid token. Its members create headers with a forged one. */
export type Bearer = MakeBearerHeaders & Readonly<Record<ForgeryName, MakeBearerHeaders>>;

/** Creates the functions that make request headers with tokens of an issuer. */
export function createBearer({ mint }: TokenMint, forge: SyncForge): Bearer {
  const headersWith =
    (make: (overrides?: TokenOverrides) => string): MakeBearerHeaders =>
    (overrides) => ({ authorization: `Bearer ${make(overrides)}` });
  const forged = mapForgeries((name) => headersWith(forge[name]));
  return Object.freeze(Object.assign(headersWith(mint), forged));
}
