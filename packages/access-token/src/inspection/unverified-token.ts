/**
 * A token, as far as it can be read without trusting it.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { type DecryptionRecord, NOT_ENCRYPTED, recordDecryption } from './decryption-record.js';
import type { IntrospectionRecord } from './introspection-record.js';
import type { TrustedIssuer, TrustedIssuers } from '../issuers/trusted-issuers.js';
import { decodeObject } from '../jws/base64url.js';
import { parseUnverifiedJws, type UnverifiedJws } from '../jws/compact-jws.js';
import { type JsonObject, member } from '../jws/json-object.js';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';
import { findFormat, type OpaqueIssuer, type TokenFormat } from '../verification/token-formats.js';
import type { VerificationPolicy } from '../verification/verify-token.js';

/** A token, as far as it can be read. Nothing in it is verified. */
export interface UnverifiedToken {
  /** The string to explain, exactly as given. */
  readonly token: string;
  /**
   * The segments between the dots, of the nested token if it was decrypted; empty when the token is longer than
   * `maxTokenBytes`.
   */
  readonly parts: readonly string[];
  /** What the token is by its spelling; `undefined` when no issuer accepts such tokens. */
  readonly format: TokenFormat;
  /** How the token was decrypted. */
  readonly decryption: DecryptionRecord;
  /** The token, or the nested token if it was encrypted; `undefined` when it is not a well-formed JWS. */
  readonly jws: UnverifiedJws | undefined;
  /** The JOSE header; empty when the token is opaque, or when it cannot be read. */
  readonly header: JsonObject;
  /** The claims of a JWT, or of the answer about an opaque token; `undefined` when they cannot be read. */
  readonly claims: JsonObject | undefined;
  /** The trusted issuer that `iss` or the prefix of the token names; `undefined` when there is none. */
  readonly trusted: TrustedIssuer | undefined;
  /** Why it is not known whether the issuer is trusted. */
  readonly issuerError: KeySetUnavailableError | undefined;
  /** The options that apply: those of the trusted issuer, otherwise the fallback. */
  readonly expected: ResolvedIssuer;
}

/** Reads a token without trusting it. What cannot be read is empty or `undefined`. */
export async function readToken(
  token: string,
  policy: VerificationPolicy,
): Promise<UnverifiedToken> {
  const { issuers, maxTokenBytes, formats } = policy;
  const format = formats === undefined ? 'jws' : findFormat(token, formats);
  // An oversized token is not decoded, because that could take long.
  const parts = token.length > maxTokenBytes ? [] : token.split('.');
  if (!isOpaqueFormat(format)) return await readJwt({ token, format, parts }, policy);
  const found = await findOpaqueIssuer(format, issuers);
  return { token, parts, format, ...NOTHING_READ, ...found };
}

async function readJwt(
  { token, format, parts }: Pick<UnverifiedToken, 'token' | 'format' | 'parts'>,
  { issuers, maxTokenBytes, formats }: VerificationPolicy,
): Promise<UnverifiedToken> {
  const isOversized = token.length > maxTokenBytes;
  const decryption =
    format === 'jwe' && !isOversized
      ? await recordDecryption(token, formats?.decryptionKeys ?? [])
      : NOT_ENCRYPTED;
  const read = readSigned({ token, parts }, decryption, maxTokenBytes);
  // A malformed token is refused before its issuer is looked up at run time.
  const isReached = read.jws !== undefined || issuers.isComplete;
  const found = await findIssuer(isReached ? read.claims : undefined, issuers);
  const expected = found.trusted ?? issuers.fallback;
  return { token, format, decryption, ...read, ...found, expected };
}

/** Reads the token, or the nested token if it was decrypted. */
function readSigned(
  outer: Pick<UnverifiedToken, 'token' | 'parts'>,
  decryption: DecryptionRecord,
  maxTokenBytes: number,
): Pick<UnverifiedToken, 'parts' | 'jws' | 'header' | 'claims'> {
  const nested = decryption.kind === 'decrypted' ? decryption.decrypted.jws : undefined;
  const token = nested ?? outer.token;
  const parts = nested?.split('.') ?? outer.parts;
  const jws = parseIfWellFormed(token, maxTokenBytes);
  const header = jws?.header.parameters ?? decodeObject(parts[0] ?? '') ?? {};
  return { parts, jws, header, claims: jws?.claims ?? decodeObject(parts[1] ?? '') };
}

const NOTHING_READ = Object.freeze({
  decryption: NOT_ENCRYPTED,
  jws: undefined,
  header: Object.freeze({}),
  claims: undefined,
});

/** Adds the claims of an answer about an opaque token. */
export function addAnswer(
  unverified: UnverifiedToken,
  record: IntrospectionRecord,
): UnverifiedToken {
  return record.kind === 'active' ? { ...unverified, claims: record.answer.claims } : unverified;
}

/** Whether tokens of a format are introspected. */
export function isOpaqueFormat(format: TokenFormat): format is OpaqueIssuer {
  return typeof format === 'object';
}

/** Finds the issuer of an opaque token by its prefix, or because it is the only one with opaque tokens. */
async function findOpaqueIssuer(
  { issuer: expected }: OpaqueIssuer,
  issuers: TrustedIssuers,
): Promise<Pick<UnverifiedToken, 'trusted' | 'issuerError' | 'expected'>> {
  const trusted = await issuers.find(expected.issuer);
  return { trusted, issuerError: undefined, expected };
}

async function findIssuer(
  claims: JsonObject | undefined,
  issuers: TrustedIssuers,
): Promise<Pick<UnverifiedToken, 'trusted' | 'issuerError'>> {
  const iss = claims && member(claims, 'iss');
  try {
    const trusted = typeof iss === 'string' ? await issuers.find(iss) : undefined;
    return { trusted, issuerError: undefined };
  } catch (error) {
    if (!(error instanceof KeySetUnavailableError)) throw error;
    return { trusted: undefined, issuerError: error };
  }
}

function parseIfWellFormed(token: string, maxBytes: number): UnverifiedJws | undefined {
  try {
    return parseUnverifiedJws(token, maxBytes);
  } catch (error) {
    if (error instanceof InvalidTokenError) return undefined;
    throw error;
  }
}
