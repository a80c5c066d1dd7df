/**
 * Keys that tokens are encrypted to.
 *
 * @module
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyPairKeyObjectResult,
} from 'node:crypto';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import { joinJwe, encryptCompact, type JweDraft } from './compact-jwe.js';
import {
  assertOneOf,
  CONTENT_ENCRYPTION_ALGORITHMS,
  type ContentEncryption,
  ENCRYPTION_ALGORITHMS,
  ENCRYPTION_CURVES,
  type EncryptionAlgorithm,
  type EncryptionCurve,
} from './encryption-algorithms.js';
import { createEncrypt, type Encrypt } from './encryption-forgeries.js';

/** Options of {@link createEncryptionKey}. All have defaults. */
export interface EncryptionKeyOptions {
  /**
   * The key management algorithm. Generating an RSA key takes about 100 ms, any other about 1 ms.
   *
   * @defaultValue `'ECDH-ES+A256KW'`
   */
  readonly alg?: EncryptionAlgorithm | undefined;
  /**
   * The content encryption algorithm.
   *
   * @defaultValue `'A256GCM'`
   */
  readonly enc?: ContentEncryption | undefined;
  /**
   * The curve of the key. Not with `RSA-OAEP-256`.
   *
   * @defaultValue `'P-256'`
   */
  readonly crv?: EncryptionCurve | undefined;
  /**
   * The key identifier.
   *
   * @defaultValue `'encryption'`
   */
  readonly kid?: string | undefined;
}

/** A key in a JWK, with the algorithm that it is for. RFC 7517 §4. */
export interface EncryptionJwk {
  /** The key type: `RSA`, `EC` or `OKP`. */
  readonly kty: string;
  /** The key identifier. */
  readonly kid: string;
  /** The only algorithm that the key is for. */
  readonly alg: EncryptionAlgorithm;
  /** The key is for encryption. */
  readonly use: 'enc';
  /** The members of the key type, such as `crv` and `x`. */
  readonly [member: string]: unknown;
}

/** A key pair of a resource server, to which an authorization server encrypts tokens. RFC 7519 §5.2. */
export interface EncryptionKey {
  /** The key management algorithm. */
  readonly alg: EncryptionAlgorithm;
  /** The content encryption algorithm. */
  readonly enc: ContentEncryption;
  /** The key identifier. */
  readonly kid: string;
  /** The public key, as a resource server publishes it. */
  readonly publicJwk: EncryptionJwk;
  /** The private key: an element of `decryption.keys` of a resource server. */
  readonly privateJwk: EncryptionJwk;
  /**
   * Encrypts a token: `key.encrypt(token)`. Its members encrypt it in a way that a resource server must
   * refuse: `key.encrypt.compressed(token)`; see `encryptionForgeries`.
   *
   * @example
   * const token = key.encrypt(await issuer.mint({ scope: 'read:sales' }));
   */
  readonly encrypt: Encrypt;
}

/**
 * Creates a key pair that tokens are encrypted to.
 *
 * @throws TypeError An option is unknown or invalid.
 * @see RFC 7516 §3.1; RFC 7518 §4, §5
 * @example
 * const key = createEncryptionKey();
 * const api = createResourceServer({
 *   ...issuer.options(),
 *   decryption: { keys: [key.privateJwk], required: true },
 * });
 * const token = await issuer.mint({ scope: 'read:sales', encryptTo: key });
 */
export function createEncryptionKey(options: EncryptionKeyOptions = {}): EncryptionKey {
  assertKnownOptions('createEncryptionKey', options, ['alg', 'enc', 'crv', 'kid']);
  const settings: EncryptionKeyOptions = options;
  const { alg = 'ECDH-ES+A256KW', enc = 'A256GCM', crv, kid = 'encryption' } = settings;
  assertOneOf('alg', alg, ENCRYPTION_ALGORITHMS);
  assertOneOf('enc', enc, CONTENT_ENCRYPTION_ALGORITHMS);
  if (crv !== undefined) assertOneOf('crv', crv, ENCRYPTION_CURVES);
  if (alg === 'RSA-OAEP-256' && crv !== undefined) {
    throw invalidOption('crv', 'must be omitted because an RSA key has no curve');
  }
  if (typeof kid !== 'string') throw invalidOption('kid', 'must be a string');
  const { publicKey, privateKey } = copyOf(generate(alg, crv ?? 'P-256'));
  const describe = (jwk: JsonWebKey): EncryptionJwk =>
    Object.freeze({ kty: '', ...jwk, kid, alg, use: 'enc' as const });
  const draft = (plaintext: string): JweDraft => {
    return { alg, enc, publicKey, plaintext, header: { alg, enc, kid, cty: 'JWT' } };
  };
  return Object.freeze({
    alg,
    enc,
    kid,
    publicJwk: describe(publicKey.export({ format: 'jwk' })),
    privateJwk: describe(privateKey.export({ format: 'jwk' })),
    encrypt: createEncrypt(draft, (token) => joinJwe(encryptCompact(draft(token)))),
  });
}

function generate(alg: EncryptionAlgorithm, crv: EncryptionCurve): KeyPairKeyObjectResult {
  if (alg === 'RSA-OAEP-256') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  if (crv === 'X25519') return generateKeyPairSync('x25519');
  return generateKeyPairSync('ec', { namedCurve: crv });
}

/** Through DER, because Node 20 can deadlock while it exports a generated key as JWK. */
function copyOf({ publicKey, privateKey }: KeyPairKeyObjectResult): KeyPairKeyObjectResult {
  const spki = { type: 'spki', format: 'der' } as const;
  const pkcs8 = { type: 'pkcs8', format: 'der' } as const;
  return {
    publicKey: createPublicKey({ key: publicKey.export(spki), ...spki }),
    privateKey: createPrivateKey({ key: privateKey.export(pkcs8), ...pkcs8 }),
  };
}
