/**
 * Keys of clients, and the DPoP proofs that they sign.
 */
import { createHash, generateKeyPair, hash, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { ALGORITHMS, encodeSegment } from './signer.mjs';

const generate = promisify(generateKeyPair);
const signWith = promisify(sign);

/** The members of a public JWK that its thumbprint covers, in order. RFC 7638 §3.2. */
const REQUIRED = { EC: ['crv', 'kty', 'x', 'y'], OKP: ['crv', 'kty', 'x'], RSA: ['e', 'kty', 'n'] };

/**
 * Creates a key of a client.
 *
 * @param {keyof typeof ALGORITHMS} alg
 */
export async function createProofSigner(alg) {
  const { type, options, digest, parameters } = ALGORITHMS[alg];
  const { privateKey, publicKey } = await generate(type, options);
  const jwk = publicKey.export({ format: 'jwk' });
  const members = Object.fromEntries(REQUIRED[jwk.kty].map((name) => [name, jwk[name]]));
  const header = encodeSegment({ typ: 'dpop+jwt', alg, jwk });
  return {
    alg,
    publicKey,
    jkt: createHash('sha256').update(JSON.stringify(members)).digest('base64url'),
    /** @returns {Promise<Buffer>} A new proof for a request with a token. */
    async proof(token, { method, url }) {
      const ath = hash('sha256', token, 'base64url');
      const iat = Math.floor(Date.now() / 1000);
      const claims = { jti: randomUUID(), htm: method, htu: url, iat, ath };
      const input = `${header}.${encodeSegment(claims)}`;
      const signature = await signWith(digest, Buffer.from(input), {
        key: privateKey,
        ...parameters,
      });
      return Buffer.from(`${input}.${signature.toString('base64url')}`);
    },
  };
}
/** @typedef {Awaited<ReturnType<typeof createProofSigner>>} ProofSigner */

/**
 * Signs many proofs for requests with one token.
 *
 * @param {ProofSigner} signer
 * @param {{ token: string, method: string, url: string, count: number }} request
 * @returns {Promise<Buffer[]>}
 */
export async function signProofs(signer, { token, count, ...request }) {
  const proofs = [];
  while (proofs.length < count) {
    const size = Math.min(8, count - proofs.length);
    const batch = Array.from({ length: size }, () => signer.proof(token, request));
    proofs.push(...(await Promise.all(batch)));
  }
  return proofs;
}
