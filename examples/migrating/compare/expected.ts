/**
 * The answers of the apps after, which do not depend on the library before.
 *
 * @module
 */
import type { RequestName } from './requests.js';

/** What a challenge depends on. */
export interface ChallengeWords {
  readonly realm: string;
  /** The scope that creating an order requires. */
  readonly writeScope: string;
}

/** An answer of an app after. */
export interface ExpectedAnswer {
  readonly status: number;
  readonly challenge?: (words: ChallengeWords) => string;
}

const missing: ExpectedAnswer = {
  status: 401,
  challenge: ({ realm }) => `Bearer realm="${realm}"`,
};

const refused = (status: number, error: string, description: string): ExpectedAnswer => ({
  status,
  challenge: ({ realm }) =>
    `Bearer realm="${realm}", error="${error}", error_description="${description}"`,
});

const invalid = (description: string): ExpectedAnswer => {
  return refused(401, 'invalid_token', description);
};

const insufficient: ExpectedAnswer = {
  status: 403,
  challenge: ({ realm, writeScope }) =>
    `Bearer realm="${realm}", error="insufficient_scope", ` +
    `error_description="the access token lacks scope for this resource", scope="${writeScope}"`,
};

const otherKind = invalid('the token is not an access token of a supported type');

/** The answer to each request. */
export const EXPECTED: Readonly<Record<RequestName, ExpectedAnswer>> = {
  'no token, public route': { status: 200 },
  'a valid token': { status: 200 },
  'a valid token, claims are read': { status: 200 },
  'a valid token with the scope': { status: 201 },
  'a valid token, scheme `bearer` in lower case': { status: 200 },
  'a valid token, the user does not exist': refused(
    403,
    'insufficient_scope',
    'the access token does not meet a condition of this resource',
  ),
  'a token with a new key, just after the keys were fetched': { status: 200 },
  'a valid token, keys known, authorization server down': { status: 200 },
  'a valid token, no keys yet, authorization server down': { status: 503 },
  'no token': missing,
  '`Basic` credentials': missing,
  'malformed credentials (`Bearer a b`)': refused(
    400,
    'invalid_request',
    'the Authorization header must be Bearer, a space and one token',
  ),
  'an opaque token': invalid('the access token is malformed'),
  'a valid token in the query (`?access_token=`)': missing,
  'an expired token': invalid('the access token has expired'),
  'a token that is not valid yet (`nbf`)': invalid('the access token is not valid yet'),
  'a token without `exp`': invalid('a claim of the access token is missing or malformed'),
  'a token of another issuer': invalid(
    'the access token was issued by another authorization server',
  ),
  'a token for another API': invalid('the access token is meant for another resource'),
  'a token signed by another key': invalid('the signature of the access token is not valid'),
  'an unsigned token (`alg: none`)': invalid(
    'the access token is signed with an algorithm that is not accepted',
  ),
  'an ID token': otherKind,
  'a logout token (`typ: logout+jwt`)': otherKind,
  'a token bound to a DPoP key, sent as a bearer token': invalid(
    'the access token is bound to a key whose possession was not proven',
  ),
  'a token bound to a DPoP key, sent with a proof': missing,
  'a token without the scope': insufficient,
  'a token with a longer scope (`write:orders.draft`)': insufficient,
  'no token, optional route': { status: 200 },
  'a valid token, optional route': { status: 200 },
  'an expired token, optional route': invalid('the access token has expired'),
  'a CORS preflight': missing,
};
