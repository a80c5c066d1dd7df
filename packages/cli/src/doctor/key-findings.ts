/**
 * Findings about the keys of an authorization server.
 *
 * @module
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  createAccessTokenVerifier,
  KEY_SET_CHANNEL,
  type KeySetEvent,
  KeySetMalformedError,
  type KeySetMalformedReason,
  KeySetUnavailableError,
  type KeySkippedReason,
} from '@scopegate/access-token';
import { formatUrl, isPlainObject } from '@scopegate/protocol/internal';
import { createFinding, type DoctorCode, type DoctorFinding } from '../advice/doctor-finding.js';
import type { ExaminedDocument, ResponseFault } from './examined-document.js';

const SKIPPED: Readonly<Record<KeySkippedReason, readonly [code: DoctorCode, what: string]>> = {
  malformed: ['key_malformed', 'is malformed'],
  private: ['key_private', 'has private members'],
  use: ['key_not_for_signatures', 'is not for signatures'],
  unsupported: ['key_unsupported', 'does not fit any accepted algorithm'],
  rsa_size: ['key_weak', 'is an RSA key with fewer than 2048 or more than 16384 bits'],
  rsa_modulus: ['key_malformed', 'has an even RSA modulus'],
  rsa_exponent: [
    'key_weak',
    'has an RSA exponent that is even, below 65537, longer than 64 bits, or padded with zeros',
  ],
  small_order: ['key_weak', 'is a point of small order'],
};

const FAULTS: Readonly<Record<ResponseFault, DoctorCode>> = {
  missing: 'jwks_missing',
  status: 'jwks_status',
  redirect: 'jwks_redirect',
  html: 'jwks_html',
  broken: 'jwks_broken',
};

const MEDIA_TYPES = ['application/json', 'application/jwk-set+json'];

/** Checks a JWKS. */
export async function checkKeys({
  url,
  content,
}: ExaminedDocument): Promise<readonly DoctorFinding[]> {
  if (content.kind === 'unreachable') return [createFinding(content.code, content.what)];
  if (content.kind === 'fault') return [createFinding(FAULTS[content.fault], content.what)];
  const { body, mediaType } = content;
  const served = mediaType === '' ? 'no media type' : `the media type ${mediaType}`;
  const delivery = MEDIA_TYPES.includes(mediaType)
    ? []
    : [createFinding('jwks_media_type', `${formatUrl(url)} has ${served}`)];
  return [...delivery, ...(await checkKeySet(url, body))];
}

async function checkKeySet(url: URL, body: unknown): Promise<readonly DoctorFinding[]> {
  const keys: unknown = isPlainObject(body) ? body['keys'] : undefined;
  if (!Array.isArray(keys)) {
    return [createFinding('jwks_shape', `${formatUrl(url)} has no "keys" array`)];
  }
  const jwks: readonly unknown[] = keys;
  const { skipped, refusal } = await importKeys(body);
  if (refusal === 'too_many_keys') {
    const what = `${formatUrl(url)} has ${jwks.length} keys`;
    return [createFinding('jwks_too_many_keys', what)];
  }
  const isUsed = (jwk: unknown, index: number): boolean =>
    isPlainObject(jwk) && !skipped.has(index);
  return [
    ...checkSkipped(jwks, skipped),
    ...(jwks.some(isUsed) ? [] : [createFinding('no_usable_key', describeUnusable(jwks))]),
    ...checkKids(jwks),
    ...jwks.flatMap((jwk, index) => (isUsed(jwk, index) ? checkMembers(jwk, index) : [])),
  ];
}

interface ImportResult {
  /** Why the verifier skipped keys, by their index. */
  readonly skipped: ReadonlyMap<number, KeySkippedReason>;
  /** Why the verifier refused the whole document; `undefined` when it did not. */
  readonly refusal: KeySetMalformedReason | undefined;
}

/** Imports a JWKS with the verifier itself, to learn which keys it skips. */
async function importKeys(jwks: unknown): Promise<ImportResult> {
  const skipped = new Map<number, KeySkippedReason>();
  // A unique issuer distinguishes the events of this verifier from those of others.
  const issuer = `https://${crypto.randomUUID()}.invalid`;
  const listen = (message: unknown): void => {
    const event = message as KeySetEvent; // the channel carries nothing else
    if (event.issuer === issuer && event.event === 'key-skipped') {
      skipped.set(event.index, event.reason);
    }
  };
  const verifier = createAccessTokenVerifier({
    issuer,
    audience: issuer,
    jwksUri: `${issuer}/jwks`,
    fetch: () => Promise.resolve(Response.json(jwks)),
  });
  subscribe(KEY_SET_CHANNEL, listen);
  try {
    await verifier.ready();
    return { skipped, refusal: undefined };
  } catch (error) {
    const cause = error instanceof KeySetUnavailableError ? error.cause : undefined;
    if (!(cause instanceof KeySetMalformedError)) throw error;
    return { skipped, refusal: cause.reason };
  } finally {
    unsubscribe(KEY_SET_CHANNEL, listen);
    verifier.close();
  }
}

function checkSkipped(
  jwks: readonly unknown[],
  skipped: ReadonlyMap<number, KeySkippedReason>,
): readonly DoctorFinding[] {
  return [...skipped].map(([index, reason]) => {
    const [code, what] = SKIPPED[reason];
    return createFinding(code, `${formatName(jwks[index], index)} ${what}`);
  });
}

function describeUnusable({ length }: readonly unknown[]): string {
  return length === 0 ? 'the key set is empty' : `none of the ${length} keys can be used`;
}

function checkKids(jwks: readonly unknown[]): readonly DoctorFinding[] {
  const kids = jwks.map((jwk) => (isPlainObject(jwk) ? jwk['kid'] : undefined));
  const unnamed = kids.flatMap((kid, index) => (kid === undefined ? [`keys[${index}]`] : []));
  const repeated = kids.filter((kid, index) => kid !== undefined && kids.indexOf(kid) !== index);
  return [
    ...unnamed.map((name) => createFinding('kid_missing', `${name} has no "kid"`)),
    ...[...new Set(repeated)].map((kid) =>
      createFinding('kid_duplicate', `several keys have the "kid" ${JSON.stringify(kid)}`),
    ),
  ];
}

function checkMembers(jwk: unknown, index: number): readonly DoctorFinding[] {
  const findings: DoctorFinding[] = [];
  if (!isPlainObject(jwk)) return findings;
  const name = formatName(jwk, index);
  if (jwk['alg'] === undefined) {
    findings.push(createFinding('key_alg_missing', `${name} has no "alg"`));
  }
  if (jwk['use'] === undefined && jwk['key_ops'] === undefined) {
    findings.push(createFinding('key_use_missing', `${name} has no "use"`));
  }
  return findings;
}

function formatName(jwk: unknown, index: number): string {
  const kid = isPlainObject(jwk) ? jwk['kid'] : undefined;
  return typeof kid === 'string' ? `keys[${index}] (${JSON.stringify(kid)})` : `keys[${index}]`;
}
