/**
 * Client authentication at the token endpoint. RFC 6749 §2.3.
 *
 * @module
 */
import {
  assertKnownOptions,
  formatBasicCredentials,
  invalidOption,
  isPlainObject,
} from '@scopegate/protocol/internal';
import {
  type ClientAuth,
  ClientSecretPost,
  modifyAssertion,
  PrivateKeyJwt,
  TlsClientAuth,
} from 'oauth4webapi';
import { TokenRequestError } from '../errors.js';
import {
  ASSERTION_AUDIENCES,
  type AssertionAudience,
  findAudienceHint,
  isAssertionAudience,
  readAudience,
} from './assertion-audience.js';
import { findEncodingHint } from './encoding-hint.js';
import {
  type AssertionAlgorithm,
  importPrivateKey,
  isAssertionAlgorithm,
  type PrivateKeyInput,
} from './private-key.js';
import type { SecretReader } from './secret-readers.js';

/** The supported methods of client authentication, by their registered names. RFC 8414 §2, RFC 8705 §2. */
export type ClientAuthenticationMethod =
  'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'tls_client_auth';

/**
 * How a client authenticates: the result of {@link clientSecretBasic}, {@link clientSecretPost},
 * {@link privateKeyJwt} or {@link tlsClientAuth}. None of its members exposes the credential.
 */
export interface ClientAuthentication {
  /** The registered name of the method. */
  readonly method: ClientAuthenticationMethod;
}

/** The credential of one token request. */
export interface Credential {
  /** The value that was read, to detect whether a rejected secret has changed since. */
  readonly source: unknown;
  /** The secret that the server receives and may repeat; a private key is not sent. */
  readonly sentSecret: string | undefined;
  readonly authenticate: ClientAuth;
  /** Returns the likely cause when the server refuses the credential; contains no secret. */
  readonly findRefusalHint: (clientId: string) => string | undefined;
}

/** Reads the current credential. */
export type CredentialReader = () => Promise<Credential>;

/** Returns the current private key. Called for each token request. */
export type PrivateKeyReader = () => PrivateKeyInput | Promise<PrivateKeyInput>;

/** Options of {@link privateKeyJwt}. */
export interface PrivateKeyJwtOptions {
  /**
   * The algorithm that signs the assertion. It must match the key.
   *
   * @defaultValue the `alg` of a JWK; otherwise `RS256` for RSA keys, or the algorithm of the curve
   */
  readonly alg?: AssertionAlgorithm | undefined;
  /**
   * The `kid` header parameter of the assertion, by which the authorization server finds the key.
   *
   * @defaultValue the `kid` of a JWK; otherwise the assertion has none
   */
  readonly kid?: string | undefined;
  /**
   * The audience of the assertion: the issuer, the URL of the token endpoint, or a list of both.
   *
   * Use another audience than the issuer only for a server that refuses the issuer. The issuer is
   * configured, but the token endpoint usually comes from metadata. If the metadata of a malicious server
   * names the token endpoint of another server, that server accepts an assertion for the endpoint, but
   * not one for the malicious issuer (CVE-2025-27370). draft-ietf-oauth-rfc7523bis therefore allows only
   * the issuer, as a single string.
   *
   * The URL is the one that the request is sent to, as the metadata or `tokenEndpoint` spells it.
   *
   * @defaultValue `'issuer'`
   */
  readonly audience?: AssertionAudience | undefined;
}

// The readers are kept apart from the public objects, so that no member exposes a secret and no
// other object is accepted: RFC 6749 §4.4 allows the grant to confidential clients only.
const readers = new WeakMap<object, CredentialReader>();

/** Those whose assertions contain the token endpoint. */
const forTokenEndpoint = new WeakSet<ClientAuthentication>();

/**
 * Authenticates with client id and client secret in the `Authorization` header, each form-encoded
 * first.
 *
 * Ids and secrets that consist of letters, digits and `-_.~!*'()` are sent unchanged, because some servers
 * do not decode them. If such a server registered other characters, use {@link clientSecretPost}.
 *
 * @param readSecret - Reads the secret; called for each token request.
 * @returns A value of the option `clientAuthentication`.
 * @throws TypeError `readSecret` is not a function.
 * @see RFC 6749 §2.3.1
 * @example
 * clientSecretBasic(() => readSecret())
 */
export function clientSecretBasic(readSecret: SecretReader): ClientAuthentication {
  assertReader('clientSecretBasic', readSecret);
  return register('client_secret_basic', async () => {
    const secret = assertSecret(await readSecret());
    return {
      source: secret,
      sentSecret: secret,
      authenticate(...[, { client_id }, , headers]) {
        headers.set('authorization', formatBasicCredentials(client_id, secret));
      },
      findRefusalHint: (clientId) => findEncodingHint(clientId, secret),
    };
  });
}

/**
 * Authenticates with client id and client secret in the body of the request. RFC 6749 recommends it
 * only for servers that do not support {@link clientSecretBasic}.
 *
 * @param readSecret - Reads the secret; called for each token request.
 * @returns A value of the option `clientAuthentication`.
 * @throws TypeError `readSecret` is not a function.
 * @see RFC 6749 §2.3.1
 * @example
 * clientSecretPost(fromEnv('REPORT_CLIENT_SECRET'))
 */
export function clientSecretPost(readSecret: SecretReader): ClientAuthentication {
  assertReader('clientSecretPost', readSecret);
  return register('client_secret_post', async () => {
    const secret = assertSecret(await readSecret());
    return {
      source: secret,
      sentSecret: secret,
      authenticate: ClientSecretPost(secret),
      findRefusalHint: () => undefined,
    };
  });
}

/**
 * Authenticates with an assertion that is signed with a private key. The key is never sent.
 *
 * The audience of the assertion is the issuer unless `audience` says otherwise, it expires after 60
 * seconds, and its `jti` is unique.
 *
 * @param readKey - Reads the private key; called for each token request.
 * @param options - How to sign.
 * @returns A value of the option `clientAuthentication`.
 * @throws TypeError `readKey` is not a function, or an option is unknown or out of range.
 * @see RFC 7523 §3; draft-ietf-oauth-rfc7523bis §4; OpenID Connect Core 1.0 §9
 * @example
 * privateKeyJwt(fromFile('/run/secrets/report-client.pem'), { alg: 'ES256', kid: '2026-08' })
 */
export function privateKeyJwt(
  readKey: PrivateKeyReader,
  options: PrivateKeyJwtOptions = {},
): ClientAuthentication {
  assertReader('privateKeyJwt', readKey);
  assertKnownOptions('privateKeyJwt', options, ['alg', 'kid', 'audience']);
  const { alg, kid, audience = 'issuer' } = options;
  if (alg !== undefined && !isAssertionAlgorithm(alg)) {
    throw invalidOption('alg', 'must be an asymmetric JWS algorithm, such as "ES256"');
  }
  if (kid !== undefined && (typeof kid !== 'string' || kid === '')) {
    throw invalidOption('kid', 'must be a non-empty string');
  }
  if (!isAssertionAudience(audience)) {
    throw invalidOption('audience', `must be ${ASSERTION_AUDIENCES}`);
  }
  const authentication = register('private_key_jwt', async () => {
    const imported = await importPrivateKey(await readKey(), alg);
    const keyId = kid ?? imported.kid;
    const signingKey = { key: imported.key, ...(keyId === undefined ? {} : { kid: keyId }) };
    return {
      source: imported.source,
      sentSecret: undefined,
      authenticate: createAssertionAuth(signingKey, { alg: imported.alg, audience }),
      findRefusalHint: () => findAudienceHint(audience),
    };
  });
  if (audience !== 'issuer') forTokenEndpoint.add(authentication);
  return authentication;
}

function createAssertionAuth(
  signingKey: Parameters<typeof PrivateKeyJwt>[0],
  { alg, audience }: { readonly alg: unknown; readonly audience: AssertionAudience },
): ClientAuth {
  return async function authenticateByAssertion(server, ...request) {
    const authenticate = PrivateKeyJwt(signingKey, {
      [modifyAssertion](header, payload) {
        payload['aud'] = readAudience(server, audience);
        // draft-ietf-oauth-rfc7523bis §4: explicit typing, for assertions that follow the draft.
        if (audience === 'issuer') header['typ'] = 'client-authentication+jwt';
        // oauth4webapi writes the newer name of RFC 9864.
        if (alg === 'EdDSA') header['alg'] = 'EdDSA';
      },
    });
    await authenticate(server, ...request);
  };
}

/**
 * Authenticates with the client certificate of the TLS connection. The request contains only the
 * client id.
 *
 * It requires the option `fetch`: a function that presents the certificate. The token endpoint of
 * `mtls_endpoint_aliases` is used if the metadata contains one.
 *
 * @returns A value of the option `clientAuthentication`.
 * @see RFC 8705 §2, §5
 * @example
 * createTokenClient({ issuer, clientId, clientAuthentication: tlsClientAuth(), fetch: mtlsFetch })
 */
export function tlsClientAuth(): ClientAuthentication {
  return register('tls_client_auth', () =>
    Promise.resolve({
      source: undefined,
      sentSecret: undefined,
      authenticate: TlsClientAuth(),
      findRefusalHint: () => undefined,
    }),
  );
}

/** Finds the reader of a credential; `undefined` for objects that this module did not create. */
export function findCredentialReader(authentication: unknown): CredentialReader | undefined {
  return isPlainObject(authentication) ? readers.get(authentication) : undefined;
}

/** Whether the credential contains the URL of the token endpoint. */
export function isForTokenEndpoint(authentication: ClientAuthentication): boolean {
  return forTokenEndpoint.has(authentication);
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
  throw new TypeError(`${where}() expects a function that returns the credential`);
}

function assertSecret(secret: unknown): string {
  if (typeof secret === 'string' && secret !== '') return secret;
  throw new TokenRequestError('credential', { detail: 'the secret must be a non-empty string' });
}
