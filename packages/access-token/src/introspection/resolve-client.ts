/**
 * The options for the credentials of this resource server, checked at start-up.
 *
 * @module
 */
import type { RequestAuthenticator } from '@scopegate/protocol';
import { givenType, invalidOption } from '@scopegate/protocol/internal';
import type { OptionContext } from '../option-context.js';
import { createSecretAuthenticator } from '../introspection-request/client-credentials.js';

/** How this resource server authenticates. */
export interface ResolvedClient {
  /** `undefined` if the application authenticates without naming it. */
  readonly clientId: string | undefined;
  readonly authenticate: RequestAuthenticator;
}

type Options = Readonly<Record<string, unknown>>;

const METHODS = ['client_secret_basic', 'client_secret_post'] as const;

/**
 * Checks the options `clientId`, `clientSecret`, `clientAuthenticationMethod` and `authenticate`.
 *
 * @throws TypeError An option is missing or out of range, or two of them cannot be combined.
 */
export function resolveClient(options: Options, context: OptionContext): ResolvedClient {
  const { path } = context;
  const { clientId, authenticate } = options;
  if (clientId !== undefined && (typeof clientId !== 'string' || clientId === '')) {
    throw invalidOption(`${path}clientId`, 'must be a non-empty string');
  }
  if (authenticate === undefined) return resolveSecret(options, clientId, context);
  for (const name of ['clientSecret', 'clientAuthenticationMethod']) {
    if (options[name] === undefined) continue;
    throw invalidOption(`${path}${name}`, 'cannot be combined with "authenticate"');
  }
  if (typeof authenticate !== 'function') {
    throw invalidOption(`${path}authenticate`, `must be a function${givenType(authenticate)}`);
  }
  // The type of a function cannot be checked further.
  return { clientId, authenticate: authenticate as RequestAuthenticator };
}

function resolveSecret(
  { clientSecret, clientAuthenticationMethod }: Options,
  clientId: string | undefined,
  { path }: OptionContext,
): ResolvedClient {
  if (clientId === undefined) {
    throw invalidOption(
      `${path}clientId`,
      'is missing; it must be the client id of this resource server at the authorization server',
    );
  }
  const method = METHODS.find((name) => name === (clientAuthenticationMethod ?? METHODS[0]));
  if (method === undefined) {
    throw invalidOption(
      `${path}clientAuthenticationMethod`,
      `must be ${METHODS.map((name) => `"${name}"`).join(' or ')}; for any other method write "authenticate"`,
    );
  }
  if (typeof clientSecret !== 'function') {
    const isMissing = clientSecret === undefined;
    const expected = 'must be a function that returns the client secret';
    throw invalidOption(
      `${path}clientSecret`,
      isMissing
        ? `is missing; it ${expected}, unless "authenticate" is given`
        : `${expected}${givenType(clientSecret)}`,
    );
  }
  const readSecret = (): unknown => Reflect.apply(clientSecret, undefined, []);
  return { clientId, authenticate: createSecretAuthenticator({ clientId, readSecret, method }) };
}
