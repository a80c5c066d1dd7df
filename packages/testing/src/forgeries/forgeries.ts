/**
 * Every forged token by its name.
 *
 * @module
 */
import { FORGED_CLAIMS, type ForgedClaimsName } from './forged-claims.js';
import { FORGED_ENCODINGS, type ForgedEncodingName } from './forged-encodings.js';
import { FORGED_SIGNATURES, type ForgedSignatureName } from './forged-signatures.js';
import type { Forgeries, ForgeryScene } from './forgery.js';
import type { TokenMint, TokenOverrides } from '../tokens/token-mint.js';

/** The name of a forgery. */
export type ForgeryName = ForgedClaimsName | ForgedSignatureName | ForgedEncodingName;

/** One kind of forged token, and what is wrong with it. */
export interface ForgeryDescription {
  readonly name: ForgeryName;
  /** One line. */
  readonly explanation: string;
}

/**
 * A function for every forgery. What the forgery is about wins over the overrides; the rest of the
 * token is as the overrides say, and good.
 */
export type Forge = Readonly<Record<ForgeryName, (overrides?: TokenOverrides) => Promise<string>>>;

/** The same, at once. */
export type ImmediateForge = Readonly<Record<ForgeryName, (overrides?: TokenOverrides) => string>>;

const FORGERIES: Forgeries<ForgeryName> = {
  ...FORGED_CLAIMS,
  ...FORGED_SIGNATURES,
  ...FORGED_ENCODINGS,
};

/** Every forgery there is, to make a table of tests from. */
export const forgeries: readonly ForgeryDescription[] = Object.freeze(
  forgeryNames().map((name) => Object.freeze({ name, explanation: FORGERIES[name].explanation })),
);

/** Makes the forge of one issuer. */
export function createForge(mint: TokenMint, scene: () => ForgeryScene): ImmediateForge {
  return forEachForgery((name) => (overrides) => {
    return FORGERIES[name].forge(mint.draft(overrides), scene());
  });
}

/** Makes a record with one member for each forgery, in the order of {@link forgeries}. */
export function forEachForgery<Member>(
  make: (name: ForgeryName) => Member,
): Readonly<Record<ForgeryName, Member>> {
  const members = forgeryNames().map((name) => [name, make(name)]);
  return Object.fromEntries(members) as Record<ForgeryName, Member>; // every name has its member
}

function forgeryNames(): readonly ForgeryName[] {
  return Object.keys(FORGERIES) as ForgeryName[]; // the table has no other names
}
