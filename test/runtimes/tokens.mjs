/**
 * Keys of every algorithm, and the tokens they sign.
 */
import { Buffer } from 'node:buffer';
import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} from 'node:crypto';

/** The issuer and the audience of every token. */
export const STORY = Object.freeze({
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
});

const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** All algorithms of the verifier. */
export const ALGORITHMS = [
  ...['HS256', 'HS384', 'HS512'],
  ...['RS256', 'RS384', 'RS512'],
  ...['PS256', 'PS384', 'PS512'],
  ...Object.keys(CURVES),
  ...['EdDSA', 'Ed25519'],
];

/**
 * Creates a key and a function that signs tokens with it.
 *
 * @param {string} alg
 */
export function createSigner(alg) {
  const { trust, signOctets } = alg.startsWith('HS') ? secretKey(alg) : keyPair(alg);
  return {
    /** The options of a verifier that trusts the key. */
    trust,
    /** Signs a token of RFC 9068 that lives for five minutes. */
    token(claims = {}) {
      const iat = Math.floor(Date.now() / 1000);
      const { issuer: iss, audience: aud } = STORY;
      const header = { typ: 'at+jwt', alg, ...(alg.startsWith('HS') ? {} : { kid: 'k1' }) };
      const names = { sub: 'nightly-report', client_id: 'nightly-report', jti: 'j1' };
      const defaults = { iss, aud, ...names, iat, exp: iat + 300 };
      const input = `${encode(header)}.${encode({ ...defaults, ...claims })}`;
      return `${input}.${signOctets(Buffer.from(input)).toString('base64url')}`;
    },
  };
}

/** Encodes a header or a payload. RFC 7515 §2. */
export function encode(object) {
  return Buffer.from(JSON.stringify(object)).toString('base64url');
}

function secretKey(alg) {
  const secret = randomBytes(64);
  return {
    trust: { secret, algorithms: [alg], typ: 'auto' },
    signOctets: (input) => createHmac(digestOf(alg), secret).update(input).digest(),
  };
}

function keyPair(alg) {
  const { publicKey, privateKey } = generate(alg);
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg, use: 'sig' };
  return {
    trust: { jwks: { keys: [jwk] } },
    signOctets: (input) => sign(digestOf(alg), input, { key: privateKey, ...parametersOf(alg) }),
  };
}

/** The keys pass through DER: Node.js 20 can deadlock while it exports a generated key as JWK. */
function generate(alg) {
  const spki = { type: 'spki', format: 'der' };
  const pkcs8 = { type: 'pkcs8', format: 'der' };
  const generated = generateKeyPairSync(...kindOf(alg));
  return {
    publicKey: createPublicKey({ key: generated.publicKey.export(spki), ...spki }),
    privateKey: createPrivateKey({ key: generated.privateKey.export(pkcs8), ...pkcs8 }),
  };
}

function kindOf(alg) {
  if (alg in CURVES) return ['ec', { namedCurve: CURVES[alg] }];
  return alg.startsWith('Ed') ? ['ed25519'] : ['rsa', { modulusLength: 2048 }];
}

function digestOf(alg) {
  return alg.startsWith('Ed') ? null : `sha${alg.slice(2)}`;
}

/** RFC 7518 §3.4, §3.5. */
function parametersOf(alg) {
  if (alg in CURVES) return { dsaEncoding: 'ieee-p1363' };
  if (!alg.startsWith('PS')) return {};
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  return { padding, saltLength };
}
