/**
 * Responses over HTTP, and the refusals that tests expect.
 *
 * @module
 */
import { STATUS_CODES } from 'node:http';
import type { InvalidRequestReason, InvalidTokenReason } from '@scopegate/protocol';
import type { Response } from 'supertest';

/** The parts of a response that a refusal sets; `undefined` for an absent header field. */
export interface RefusalAnswer {
  readonly status: number;
  readonly challenge: string | undefined;
  readonly retryAfter: string | undefined;
  readonly cacheControl: string | undefined;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

/** Picks those parts of a response. */
export function answerOf({ status, headers, text }: Response): RefusalAnswer {
  const fields = headers as Readonly<Record<string, string | undefined>>;
  return {
    status,
    challenge: fields['www-authenticate'],
    retryAfter: fields['retry-after'],
    cacheControl: fields['cache-control'],
    contentType: fields['content-type'],
    body: JSON.parse(text) as unknown,
  };
}

/**
 * The whole response of a refusal.
 *
 * @param challenge - The `WWW-Authenticate` field value.
 * @param members - Members of the problem details besides `type`, `title` and `status`.
 */
export function refusal(
  status: number,
  challenge: string | undefined,
  members: Readonly<Record<string, unknown>> = {},
): RefusalAnswer {
  return {
    status,
    challenge,
    retryAfter: undefined,
    cacheControl: 'no-store',
    contentType: 'application/problem+json',
    body: { type: 'about:blank', title: STATUS_CODES[status], status, ...members },
  };
}

/** The description for each reason of `invalid_token`. */
export const TOKEN_DESCRIPTIONS: Readonly<Record<InvalidTokenReason, string>> = {
  malformed: 'the access token is malformed',
  typ: 'the token is not an access token of a supported type',
  alg: 'the access token is signed with an algorithm that is not accepted',
  issuer: 'the access token was issued by another authorization server',
  key: 'the access token is signed with an unknown key',
  signature: 'the signature of the access token is not valid',
  audience: 'the access token is meant for another resource',
  expired: 'the access token has expired',
  not_yet_valid: 'the access token is not valid yet',
  lifetime: 'the lifetime of the access token is longer than this resource allows',
  claim: 'a claim of the access token is missing or malformed',
  sender_constraint: 'the access token is bound to a key whose possession was not proven',
  binding: 'the access token is bound to another key or certificate',
  unbound: 'the access token must be bound to a key or a certificate of the caller',
  encryption: 'the access token is not encrypted as this resource requires',
  decryption: 'the access token cannot be decrypted',
  inactive: 'the access token is not active',
  revoked: 'the access token was revoked',
  excess_scope: 'the access token carries more scope than this resource allows',
};

/** The description for each reason of `invalid_request`. */
export const REQUEST_DESCRIPTIONS: Readonly<Record<InvalidRequestReason, string>> = {
  malformed_authorization: 'the Authorization header must be Bearer, a space and one token',
  malformed_dpop_authorization: 'the Authorization header must be DPoP, a space and one token',
  repeated_authorization: 'the request must carry one Authorization header',
  several_locations: 'the request must carry the access token in one place',
  malformed_parameter: 'the access_token parameter must occur once, as one token',
};

const REALM = 'https://api.example.com';

/** The route that refuses. */
export interface RefusingRoute {
  /** @defaultValue `https://api.example.com` */
  readonly realm?: string;
  /** What the route requires. @defaultValue `'read'`; `undefined` for no scope */
  readonly scope?: string | undefined;
}

/** The 401 of a request without a token; {@link refusal} with a challenge and a body. */
export function missingCredentials(route: RefusingRoute = {}): RefusalAnswer {
  return unauthorized([], {}, route);
}

/** The 401 of a token that is refused for a reason. */
export function invalidToken(reason: InvalidTokenReason, route: RefusingRoute = {}): RefusalAnswer {
  const detail = TOKEN_DESCRIPTIONS[reason];
  const params = ['error="invalid_token"', `error_description="${detail}"`];
  return unauthorized(params, { detail, error: 'invalid_token' }, route);
}

function unauthorized(
  params: readonly string[],
  members: Readonly<Record<string, string>>,
  route: RefusingRoute,
): RefusalAnswer {
  const { realm, scope }: RefusingRoute = { realm: REALM, scope: 'read', ...route };
  const named = scope === undefined ? [] : [`scope="${scope}"`];
  const challenge = `Bearer ${[`realm="${realm}"`, ...params, ...named].join(', ')}`;
  return refusal(401, challenge, { ...members, ...(scope !== undefined && { scope }) });
}

/** The 400 of a request that is malformed for a reason. */
export function invalidRequest(reason: InvalidRequestReason, realm: string = REALM): RefusalAnswer {
  const detail = REQUEST_DESCRIPTIONS[reason];
  const challenge = `Bearer realm="${realm}", error="invalid_request", error_description="${detail}"`;
  return refusal(400, challenge, { detail, error: 'invalid_request' });
}
