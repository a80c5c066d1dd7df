/**
 * How the client shows the token endpoint who it is. RFC 6749 §2.3.
 *
 * @module
 */
import { assertKnownOptions, invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  modifyAssertion,
  PrivateKeyJwt,
  TlsClientAuth,
} from 'oauth4webapi';
import {
  type AssertionAlgorithm,
  importPrivateKey,
  isAssertionAlgorithm,
  type PrivateKeyInput,
} from './private-key.js';
import type { SecretReader } from './secret-readers.js';

/** The methods of this package, by their registered names. RFC 8414 §2, RFC 8705 §2. */
export type ClientAuthenticationMethod =
  'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'tls_client_auth';

/**
 * A way to authenticate, made by {@link clientSecretBasic}, {@link clientSecretPost},
 * {@link privateKeyJwt} or {@link tlsClientAuth}. It shows nothing but its method.
 */
export interface ClientAuthentication {
  readonly method: ClientAuthenticationMethod;
}

/** What one token request is authenticated with. */
export interface Credential {
  /** What was read: tells whether a secret changed after it was rejected. */
  readonly source: unknown;
  /** What the server gets to know and may repeat; a private key is not sent. */
  readonly sentSecret: string | undefined;
  readonly authenticate: ClientAuth;
}

/** Reads a credential anew. */
export type CredentialReader = () => Promise<Credential>;

/** Gives a private key as it is now. */
export type PrivateKeyReader = () => PrivateKeyInput | Promise<PrivateKeyInput>;

/** What is known of a private key beside the key. */
export interface PrivateKeyJwtOptions {
  /** @defaultValue the `alg` of a JWK, `RS256` for another RSA key, or the one of the key's curve */
  readonly alg?: AssertionAlgorithm | undefined;
  /** @defaultValue the `kid` of a JWK, or none */
  readonly kid?: string | undefined;
}

// The readers are kept apart from the objects that users hold, so that nothing leads from one to a
// secret, and nothing else passes for one: RFC 6749 §4.4 is for confidential clients only.
const readers = new WeakMap<object, CredentialReader>();

/**
 * Sends id and secret in an `Authorization: Basic` header, each form-encoded first.
 *
 * @param readSecret - Called for each token request.
 * @throws TypeError When it is no function.
 * @see RFC 6749 §2.3.1
 * @example
 * clientSecretBasic(() => readSecret())
 */
export function clientSecretBasic(readSecret: SecretReader): ClientAuthentication {
  assertReader('clientSecretBasic', readSecret);
  return register('client_secret_basic', async () => {
    const secret = await readSecret();
    return { source: secret, sentSecret: secret, authenticate: ClientSecretBasic(secret) };
  });
}

/**
 * Sends id and secret in the body of the request; for servers without Basic.
 *
 * @param readSecret - Called for each token request.
 * @throws TypeError When it is no function.
 * @see RFC 6749 §2.3.1: not recommended
 */
export function clientSecretPost(readSecret: SecretReader): ClientAuthentication {
  assertReader('clientSecretPost', readSecret);
  return register('client_secret_post', async () => {
    const secret = await readSecret();
    return { source: secret, sentSecret: secret, authenticate: ClientSecretPost(secret) };
  });
}

/**
 * Sends an assertion that is signed with a private key: nothing that is sent can be used twice.
 *
 * Its audience is the issuer, it lives for 60 seconds, and its `jti` is new each time.
 *
 * @param readKey - Called for each token request.
 * @throws TypeError When it is no function, or an option is unusable.
 * @see RFC 7523 §3; OpenID Connect Core 1.0 §9
 * @example
 * privateKeyJwt(fromFile('/run/secrets/report-client.pem'), { alg: 'ES256', kid: '2026-08' })
 */
export function privateKeyJwt(
  readKey: PrivateKeyReader,
  options: PrivateKeyJwtOptions = {},
): ClientAuthentication {
  assertReader('privateKeyJwt', readKey);
  assertKnownOptions('privateKeyJwt', options, ['alg', 'kid']);
  const { alg, kid } = options;
  if (alg !== undefined && !isAssertionAlgorithm(alg)) {
    throw invalidOption('alg', 'must name an asymmetric JWS algorithm, such as "ES256"');
  }
  if (kid !== undefined && (typeof kid !== 'string' || kid === '')) {
    throw invalidOption('kid', 'must be a key id');
  }
  return register('private_key_jwt', async () => {
    const imported = await importPrivateKey(await readKey(), alg);
    const keyId = kid ?? imported.kid;
    const signingKey = { key: imported.key, ...(keyId === undefined ? {} : { kid: keyId }) };
    return {
      source: imported.source,
      sentSecret: undefined,
      authenticate: PrivateKeyJwt(signingKey, {
        [modifyAssertion](header) {
          // draft-ietf-oauth-rfc7523bis §4: explicit typing.
          header['typ'] = 'client-authentication+jwt';
          // oauth4webapi writes the newer name of RFC 9864.
          if (imported.alg === 'EdDSA') header['alg'] = 'EdDSA';
        },
      }),
    };
  });
}

/**
 * Authenticates by the client certificate of the TLS connection; the request names the client alone.
 *
 * The certificate is in the connections of the `fetch` that the token client is given. Endpoints
 * that the metadata lists as `mtls_endpoint_aliases` are used.
 *
 * @see RFC 8705 §2, §5
 */
export function tlsClientAuth(): ClientAuthentication {
  return register('tls_client_auth', () =>
    Promise.resolve({
      source: undefined,
      sentSecret: undefined,
      authenticate: TlsClientAuth(),
    }),
  );
}

/** Finds what reads the credential; `undefined` for anything that this module has not made. */
export function findCredentialReader(authentication: unknown): CredentialReader | undefined {
  return isPlainObject(authentication) ? readers.get(authentication) : undefined;
}

function register(
  method: ClientAuthenticationMethod,
  reader: CredentialReader,
): ClientAuthentication {
  const authentication = Object.freeze({ method });
  readers.set(authentication, reader);
  return authentication;
}

function assertReader(where: string, reader: unknown): void {
  if (typeof reader === 'function') return;
  throw new TypeError(`${where} needs a function that reads the credential, not the credential`);
}
