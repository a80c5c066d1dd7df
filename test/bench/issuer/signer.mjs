/**
 * Signing keys that live for one run, and the tokens they sign.
 */
import { generateKeyPair, randomBytes, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { STORY } from '../settings.mjs';

const generate = promisify(generateKeyPair);
const signWith = promisify(sign);

const EC = { type: 'ec', options: { namedCurve: 'P-256' }, digest: 'sha256' };
const RSA = { type: 'rsa', options: { modulusLength: 2048 }, digest: 'sha256' };

/** How to generate the keys of each algorithm, and what else `crypto.sign` and `crypto.verify` need. */
export const ALGORITHMS = {
  RS256: { ...RSA, parameters: { padding: 1 } },
  PS256: { ...RSA, parameters: { padding: 6, saltLength: 32 } },
  ES256: { ...EC, parameters: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { type: 'ed25519', options: {}, digest: null, parameters: {} },
};

// Real access tokens are about this long.
const TOKEN_BYTES = 900;

/**
 * Creates a key pair and a function that signs tokens with it.
 *
 * @param {keyof typeof ALGORITHMS} alg
 * @param {string} [kid]
 */
export async function createSigner(alg, kid = randomUUID()) {
  const { type, options, digest, parameters } = ALGORITHMS[alg];
  const { privateKey, publicKey } = await generate(type, options);
  return {
    alg,
    kid,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
    pem: publicKey.export({ format: 'pem', type: 'spki' }),
    /** @returns {Promise<Buffer>} A compact JWS. */
    async token(claims) {
      const input = `${encodeHeader(alg, kid)}.${encodeSegment(claims)}`;
      const key = { key: privateKey, ...parameters };
      const signature = await signWith(digest, Buffer.from(input), key);
      return Buffer.from(`${input}.${signature.toString('base64url')}`);
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof createSigner>>} Signer */

/**
 * Signs many distinct tokens of about 900 bytes.
 *
 * @param {Signer} signer
 * @param {number} count
 * @returns {Promise<Buffer[]>}
 */
export async function signTokens(signer, count) {
  const tokens = [];
  for (let first = 0; first < count; first += 8) {
    const size = Math.min(8, count - first);
    const batch = Array.from({ length: size }, () => signer.token(sizedClaims(signer)));
    tokens.push(...(await Promise.all(batch)));
  }
  return tokens;
}

/** The claims that RFC 9068 requires, with the values of the story. */
export function claimsOf(more = {}) {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: STORY.issuer,
    aud: STORY.audience,
    sub: 'nightly-report',
    client_id: 'nightly-report',
    scope: `${STORY.scope} write:analytics read:customers`,
    iat: now - 10,
    exp: now + 7200,
    jti: randomUUID(),
    ...more,
  };
}

/** The header segment of a token. */
export function encodeHeader(alg, kid) {
  return encodeSegment({ alg, typ: 'at+jwt', kid });
}

/** Encodes a header or a payload. */
export function encodeSegment(object) {
  return Buffer.from(JSON.stringify(object)).toString('base64url');
}

/** A random signature segment. */
export function madeUpSignature() {
  return randomBytes(256).toString('base64url');
}

const SIGNATURE_BYTES = { RS256: 342, PS256: 342, ES256: 86, EdDSA: 86 };

/** Adds roles for algorithms with short signatures, so that all tokens have the same length. */
function sizedClaims({ alg, kid }) {
  const claims = claimsOf({ tenant: 'emea', roles: [] });
  const header = encodeHeader(alg, kid).length;
  const room = ((TOKEN_BYTES - header - SIGNATURE_BYTES[alg] - 2) * 3) / 4;
  const roles = Math.floor((room - JSON.stringify(claims).length) / 15);
  const names = Array.from({ length: Math.max(0, roles) }, (_, index) => `role-${1e6 + index}`);
  return { ...claims, roles: names };
}
