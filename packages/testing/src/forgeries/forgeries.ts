/**
 * All forged tokens, by name.
 *
 * @module
 */
import { encryptFor, type TokenMint } from '../tokens/token-mint.js';
import type { TokenOverrides } from '../tokens/token-overrides.js';
import { FORGED_CLAIMS, type ForgedClaimsName } from './forged-claims.js';
import { FORGED_ENCODINGS, type ForgedEncodingName } from './forged-encodings.js';
import { FORGED_SIGNATURES, type ForgedSignatureName } from './forged-signatures.js';
import type { Forgeries, ForgeryContext } from './forgery.js';

/** The name of a forgery. */
export type ForgeryName = ForgedClaimsName | ForgedSignatureName | ForgedEncodingName;

/** A kind of forged token, and what is wrong with it. */
export interface ForgeryDescription {
  /** The name of its function in `issuer.forge` and `issuer.bearer`. */
  readonly name: ForgeryName;
  /** What is wrong with the token, in one line. */
  readonly explanation: string;
}

/**
 * Functions that make forged tokens, by name. The defect of a forgery takes precedence over the
 * overrides; the rest of the token is valid and has the overrides applied.
 */
export type Forge = Readonly<Record<ForgeryName, (overrides?: TokenOverrides) => Promise<string>>>;

/** The same functions, without promises. */
export type SyncForge = Readonly<Record<ForgeryName, (overrides?: TokenOverrides) => string>>;

const FORGERIES: Forgeries<ForgeryName> = {
  ...FORGED_CLAIMS,
  ...FORGED_SIGNATURES,
  ...FORGED_ENCODINGS,
};

/**
 * Every forgery, for tables of tests.
 *
 * @example
 * it.each(forgeries)('refuses a token that $explanation', async ({ name }) => {
 *   await request(app).get('/').set(issuer.bearer[name]()).expect(401);
 * });
 */
export const forgeries: readonly ForgeryDescription[] = Object.freeze(
  forgeryNames().map((name) => Object.freeze({ name, explanation: FORGERIES[name].explanation })),
);

/** Creates the functions that forge tokens of an issuer. */
export function createForge(mint: TokenMint, context: () => ForgeryContext): SyncForge {
  return mapForgeries((name) => (overrides) => {
    return encryptFor(overrides, FORGERIES[name].forge(mint.draft(overrides), context()));
  });
}

/** Creates a record with one member for each forgery, in the order of {@link forgeries}. */
export function mapForgeries<Member>(
  make: (name: ForgeryName) => Member,
): Readonly<Record<ForgeryName, Member>> {
  const members = forgeryNames().map((name) => [name, make(name)]);
  return Object.fromEntries(members) as Record<ForgeryName, Member>; // every name has its member
}

function forgeryNames(): readonly ForgeryName[] {
  return Object.keys(FORGERIES) as ForgeryName[]; // the table has no other names
}
