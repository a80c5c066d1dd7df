/**
 * Tokens as request headers, made at once.
 *
 * @module
 */
import { forEachForgery, type ForgeryName, type ImmediateForge } from './forgeries/forgeries.js';
import type { TokenMint, TokenOverrides } from './tokens/token-mint.js';

/** Request headers with a token, as `fetch`, supertest and undici take them. */
export type BearerHeaders = Readonly<Record<'authorization', string>>;

/** Makes request headers with a token. */
export type MakeBearerHeaders = (overrides?: TokenOverrides) => BearerHeaders;

/** Makes headers with a good token; its members make headers with a forged one each. */
export type Bearer = MakeBearerHeaders & Readonly<Record<ForgeryName, MakeBearerHeaders>>;

/** Makes the headers of one issuer's tokens. */
export function createBearer({ mint }: TokenMint, forge: ImmediateForge): Bearer {
  const headersWith =
    (make: (overrides?: TokenOverrides) => string): MakeBearerHeaders =>
    (overrides) => ({ authorization: `Bearer ${make(overrides)}` });
  const forged = forEachForgery((name) => headersWith(forge[name]));
  return Object.freeze(Object.assign(headersWith(mint), forged));
}
