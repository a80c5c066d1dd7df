/**
 * Encrypted tokens: what a known one costs compared with a signed one, and what a new one costs compared with jose.
 */
import { generateKeyPairSync } from 'node:crypto';
import { compactDecrypt, CompactEncrypt, jwtVerify } from 'jose';
import { claimsOf, createSigner, signTokens } from '../issuer/signer.mjs';
import { Caller } from '../measure/call-cost.mjs';
import { interleave } from '../measure/rounds.mjs';
import { ratio, summarise } from '../measure/statistics.mjs';
import { formatFigure } from '../report/format.mjs';
import { createAccessTokenVerifier, internalsOf } from '../scopegate.mjs';
import { OWN, STORY } from '../settings.mjs';

const RSA = { type: 'rsa', options: { modulusLength: 2048 } };
const EC = { type: 'ec', options: { namedCurve: 'P-256' } };
const ALGORITHMS = [
  ['RSA-OAEP-256', 'A256GCM', RSA],
  ['ECDH-ES', 'A128GCM', EC],
  ['ECDH-ES+A256KW', 'A256CBC-HS512', EC],
];
const NEW_TOKENS = 64;

/** @returns {Promise<import('../report/results.mjs').Measurement>} */
export async function run(settings) {
  const signer = await createSigner('ES256');
  const known = await measureKnown(signer, settings);
  const cold = await measureNew(signer, settings);
  return {
    about:
      'Tokens are signed with ES256 and encrypted by jose for the key of the API. A known token is in the ' +
      'token cache, by the digest of the whole JWE, and is compared with a known JWT of the same length. ' +
      'A new token is decrypted, and then verified without the cache.',
    tables: [known.table, cold.table],
    charts: [],
    figures: { ...known.figures, ...cold.figures },
  };
}

async function measureKnown(signer, { rounds, batchMs }) {
  const key = createKey(...ALGORITHMS[0]);
  const [nested] = await signTokens(signer, 1);
  const encrypted = await key.encrypt(nested);
  const signed = await signer.token(paddedClaims(nested, encrypted.length));
  const verifier = createVerifier(signer, key, {});
  const tokens = new Map([
    ['signed, as long as the encrypted one', signed],
    ['signed, as it is nested', nested],
    ['encrypted', encrypted],
  ]);
  for (const token of tokens.values()) await verifier(token.toString());
  const callers = new Map(
    [...tokens].map(([name, token]) => [name, new Caller(verifier, [token])]),
  );
  await interleave(callers, 2, (caller) => caller.run(batchMs * 4));
  const costs = await interleave(callers, rounds * 5, (caller) => caller.run(batchMs));
  const figure = ratio(costs.get('encrypted'), costs.get('signed, as long as the encrypted one'));
  return {
    table: {
      title: 'One known token',
      columns: ['', 'octets', 'µs per token'],
      rows: [...costs].map(([name, cost]) => [
        name,
        String(tokens.get(name).length),
        formatFigure(summarise(cost)),
      ]),
      note: 'With the creation of the string. Most of the difference to the nested token is the digest.',
    },
    figures: { 'encryption.known': figure },
  };
}

async function measureNew(signer, { rounds, batchMs }) {
  const nested = await signTokens(signer, NEW_TOKENS);
  const rows = [];
  const figures = {};
  for (const algorithm of ALGORITHMS) {
    const key = createKey(...algorithm);
    const tokens = await Promise.all(nested.map((token) => key.encrypt(token)));
    const manner = { isAsync: true };
    const callers = new Map([
      [OWN, new Caller(createVerifier(signer, key, { tokenCache: false }), tokens, manner)],
      ['jose', new Caller(createJoseVerifier(signer, key), tokens, manner)],
    ]);
    await interleave(callers, 2, (caller) => caller.run(batchMs * 2));
    const costs = await interleave(callers, rounds, (caller) => caller.run(batchMs * 2));
    const [alg, enc] = algorithm;
    const speed = ratio(costs.get('jose'), costs.get(OWN));
    const cells = [costs.get(OWN), costs.get('jose')].map((cost) => formatFigure(summarise(cost)));
    rows.push([`${alg}, ${enc}`, ...cells, formatFigure(speed)]);
    figures[`encryption.new-${alg}`] = speed;
  }
  return {
    table: {
      title: 'New tokens, without the token cache: µs of CPU, including threads',
      columns: ['', OWN, 'jose', 'speed against jose'],
      rows,
      note: 'jose decrypts and verifies with prepared keys, and checks signature, issuer, audience and times.',
    },
    figures,
  };
}

function createKey(alg, enc, { type, options }) {
  const { privateKey, publicKey } = generateKeyPairSync(type, options);
  return {
    alg,
    enc,
    privateKey,
    async encrypt(token) {
      const header = { alg, enc, cty: 'JWT', kid: 'enc' };
      return Buffer.from(
        await new CompactEncrypt(token).setProtectedHeader(header).encrypt(publicKey),
      );
    },
  };
}

function createVerifier({ jwk }, { privateKey }, options) {
  const { issuer, audience } = STORY;
  const decryption = { keys: [privateKey] };
  const jwks = { keys: [jwk] };
  const given = { issuer, audience, jwks, decryption, ...options };
  return internalsOf(createAccessTokenVerifier(given)).verifyMaybeSync;
}

function createJoseVerifier({ publicKey }, { alg, enc, privateKey }) {
  const { issuer, audience } = STORY;
  const accepted = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc] };
  const expected = { issuer, audience, typ: 'at+jwt', algorithms: ['ES256'] };
  return async (token) => {
    const { plaintext } = await compactDecrypt(token, privateKey, accepted);
    return jwtVerify(plaintext, publicKey, expected);
  };
}

/** Claims that make a signed token as long as an encrypted one. */
function paddedClaims(nested, length) {
  const roles = JSON.parse(Buffer.from(nested.toString().split('.')[1], 'base64url')).roles;
  const missing = Math.floor(((length - nested.length) * 3) / 4);
  return claimsOf({ tenant: 'emea', roles, pad: 'x'.repeat(Math.max(0, missing - 9)) });
}
