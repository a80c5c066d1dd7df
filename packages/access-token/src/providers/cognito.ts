/**
 * The options for Amazon Cognito.
 *
 * @module
 */
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import type { IssuerOptions } from '../options/issuer-options.js';
import { NO_CLIENT_HINT } from './provider-options.js';

const POOL = 'write "userPoolId": the issuer is derived from it';

/** Names that the vendor and its libraries use, and what to write instead. */
const HINTS = {
  region: 'omit it: "userPoolId" begins with the region',
  audience: 'write "clientId": access tokens of Cognito have no "aud"',
  issuer: POOL,
  domain: POOL,
  userPool: 'write "userPoolId"',
  clientSecret: NO_CLIENT_HINT,
  tokenUse: 'omit it: only access tokens are accepted',
  scope: 'call requireScope() or requireAnyScope() for each route instead',
  groups: 'write it as "check" of require()',
  graceSeconds: 'write "clockToleranceSeconds" next to ...cognito()',
};

/** Options of {@link cognito}. */
export interface CognitoOptions {
  /** The id of the user pool, which begins with its region: `eu-central-1_Ab12Cd34E`. */
  readonly userPoolId: string;
  /** The ids of the app clients that may call the API. */
  readonly clientId: string | readonly string[];
}

/**
 * Returns the options for a user pool of Amazon Cognito.
 *
 * Access tokens have no `aud`, so `client_id` is checked instead: it must be one of those given.
 * This accepts every access token of such a client, including those for other APIs: require scopes.
 * ID tokens (`token_use` is `id`) are refused. Scopes begin with the identifier of the resource
 * server and a slash. Set `resource`, and perhaps `realm` (default `api`): a client id is neither.
 *
 * Source: "Understanding the access token" in the developer guide at docs.aws.amazon.com/cognito, 2026.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * createResourceServer({ ...cognito({ userPoolId, clientId }), resource: 'https://api.example.com', scopes })
 */
export function cognito(options: CognitoOptions): IssuerOptions {
  assertKnownOptions('cognito()', options, {
    names: ['userPoolId', 'clientId'],
    hints: HINTS,
  });
  const { userPoolId, clientId }: CognitoOptions = options;
  const region = /^([a-z]{2}(?:-[a-z]+)+-\d+)_[A-Za-z\d]+$/.exec(userPoolId)?.[1];
  if (region === undefined) {
    throw invalidOption(
      'userPoolId',
      'must be a region, an underscore and a name, such as "eu-central-1_Ab12Cd34E"',
    );
  }
  const issuer = `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`;
  const jwksUri = `${issuer}/.well-known/jwks.json`;
  return { issuer, jwksUri, audience: clientId, audienceClaim: 'client_id' };
}
