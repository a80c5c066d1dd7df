/**
 * What the keys of an authorization server show.
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
import type { FetchedDocument } from './document-fetch.js';
import { type DoctorCode, type DoctorFinding, finding } from './doctor-finding.js';

const SKIPPED: Readonly<Record<KeySkippedReason, readonly [code: DoctorCode, what: string]>> = {
  malformed: ['key_malformed', 'cannot be read'],
  private: ['key_private', 'has private members'],
  use: ['key_not_for_signatures', 'is not for verifying signatures'],
  unsupported: ['key_unsupported', 'fits no algorithm that is accepted'],
  rsa_size: ['key_weak', 'is an RSA key below 2048 or above 16384 bits'],
  rsa_modulus: ['key_malformed', 'has an even RSA modulus'],
  rsa_exponent: [
    'key_weak',
    'has an RSA exponent that is not odd, is below 65537, has more than 64 bits, or starts with zeros',
  ],
  small_order: ['key_weak', 'is a point of small order'],
};

/** Judges a JWKS. */
export async function judgeKeys(document: FetchedDocument): Promise<readonly DoctorFinding[]> {
  const { url, answer, failure } = document;
  if (failure !== undefined) {
    const code = failure.reason === 'redirect' ? 'jwks_redirect' : 'jwks_unreachable';
    return [finding(code, failure.message)];
  }
  const keys: unknown = isPlainObject(answer?.body) ? answer.body['keys'] : undefined;
  if (!Array.isArray(keys)) return [finding('jwks_shape', `${url.href} has no array "keys"`)];
  const jwks: readonly unknown[] = keys;
  const { skipped, refusal } = await importKeys(answer?.body);
  if (refusal === 'too_many_keys') {
    return [finding('jwks_too_many_keys', `${formatUrl(url)} has ${jwks.length} keys`)];
  }
  const used = jwks.flatMap((jwk, index) =>
    isPlainObject(jwk) && !skipped.has(index) ? [{ name: nameOf(jwk, index), jwk }] : [],
  );
  return [
    ...[...skipped].map(([index, reason]) => {
      const [code, what] = SKIPPED[reason];
      return finding(code, `${nameOf(jwks[index], index)} ${what}`);
    }),
    ...(used.length === 0 ? [finding('no_usable_key', `of ${jwks.length} keys, none`)] : []),
    ...judgeNames(jwks),
    ...used.flatMap(({ name, jwk }) => [
      ...(jwk['alg'] === undefined ? [finding('key_alg_missing', `${name} has no "alg"`)] : []),
      ...(jwk['use'] === undefined && jwk['key_ops'] === undefined
        ? [finding('key_use_missing', `${name} has no "use"`)]
        : []),
    ]),
  ];
}

interface ImportOutcome {
  readonly skipped: ReadonlyMap<number, KeySkippedReason>;
  /** Why the whole set is refused, if it is. */
  readonly refusal: KeySetMalformedReason | undefined;
}

/** Has the verifier itself say which keys it would leave out. */
async function importKeys(jwks: unknown): Promise<ImportOutcome> {
  const skipped = new Map<number, KeySkippedReason>();
  // An issuer of its own, so that the messages of no other verifier are heard.
  const issuer = `https://${crypto.randomUUID()}.invalid`;
  const listen = (message: unknown): void => {
    const event = message as KeySetEvent; // what this channel carries
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

function judgeNames(jwks: readonly unknown[]): readonly DoctorFinding[] {
  const kids = jwks.map((jwk) => (isPlainObject(jwk) ? jwk['kid'] : undefined));
  const nameless = kids.flatMap((kid, index) => (kid === undefined ? [`keys[${index}]`] : []));
  const twice = kids.filter((kid, index) => kid !== undefined && kids.indexOf(kid) !== index);
  return [
    ...nameless.map((name) => finding('kid_missing', `${name} has no "kid"`)),
    ...[...new Set(twice)].map((kid) =>
      finding('kid_duplicate', `several keys have the "kid" ${JSON.stringify(kid)}`),
    ),
  ];
}

function nameOf(jwk: unknown, index: number): string {
  const kid = isPlainObject(jwk) ? jwk['kid'] : undefined;
  return typeof kid === 'string' ? `keys[${index}] (${JSON.stringify(kid)})` : `keys[${index}]`;
}
