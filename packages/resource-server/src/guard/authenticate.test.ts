import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { type AccessTokenClaims, createAccessTokenVerifier } from '@scopegate/access-token';
import { internalsOf } from '@scopegate/access-token/internal';
import {
  InvalidRequestError,
  InvalidTokenError,
  MissingCredentialsError,
} from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { SECRET_OPTIONS, signToken } from '../../../../test/support/tokens.js';
import { authenticate } from './authenticate.js';
import { requirementsOf } from './earlier-requirements.js';
import type { GuardedRequest } from './guarded-request.js';
import { PUBLISH_AT_ONCE } from '../observation/publication-timing.js';
import { ScopePublisher } from '../observation/scope-publisher.js';
import { authenticationPolicy } from '../policy/compile-policy.js';
import type { GuardPolicy } from '../policy/guard-policy.js';
import { ReportOnlyGuards } from './report-only-guards.js';
import { nodeRequestAdapter } from '../request/node-request.js';
import { VerifiedRequests } from '../request/verified-request.js';

const verifier = internalsOf(createAccessTokenVerifier(SECRET_OPTIONS));

function requestWith(
  authorization: string | undefined,
  authentication: GuardPolicy['authentication'] = 'required',
): GuardedRequest<IncomingMessage, AccessTokenClaims> {
  const req = new IncomingMessage(new Socket());
  if (authorization !== undefined) req.headers.authorization = authorization;
  const server = { vocabulary: undefined, excessScopes: 'ignore' } as const;
  const policy = authenticationPolicy(authentication, server);
  return {
    request: req,
    policy,
    required: requirementsOf(policy),
    context: {
      verifier,
      verifiedRequests: new VerifiedRequests(),
      locations: new Set(['header'] as const),
      adapter: nodeRequestAdapter,
      exposedTokens: new WeakSet(),
      protectionSpace: () => ({ realm: 'sales' }),
      completed: new WeakSet(),
      identifyClients: false,
      server: 'sales',
      timing: PUBLISH_AT_ONCE,
      scopes: new ScopePublisher(new Set()),
      reportOnly: new ReportOnlyGuards(Date.now),
    },
    observation: undefined,
    scheme: undefined,
    nonce: undefined,
  };
}

describe('authenticate', () => {
  it('verifies synchronously when the keys are available', () => {
    const token = authenticate(requestWith(`Bearer ${signToken({ client_id: 'nightly' })}`));
    expect(token).toMatchObject({ clientId: 'nightly' });
  });

  it('returns the token that an earlier guard has verified', async () => {
    const request = requestWith(undefined);
    const token = await verifier.verify(signToken());
    request.context.verifiedRequests.add(request.request, {
      token,
      required: request.required,
    });
    expect(authenticate(request)).toBe(token);
  });

  it.each(['a b', '"T"', 'T,x', 'T;', 'T\u00e9', '=', 'a=b', '\t'])(
    'throws invalid_request for credentials that are not a b64token: %j',
    (credentials) => {
      expect(() => authenticate(requestWith(`Bearer ${credentials}`))).toThrow(
        new InvalidRequestError('malformed_authorization'),
      );
    },
  );

  it.each(['T', 'a.b.c', 'abc==', '-._~+/', 'a'.repeat(20_000)])(
    'throws invalid_token for a b64token that is not a JWT: %.20s',
    (bearerToken) => {
      expect(() => authenticate(requestWith(`Bearer ${bearerToken}`))).toThrow(
        new InvalidTokenError('malformed'),
      );
    },
  );

  it('throws any other reason unchanged', () => {
    const expired = requestWith(`Bearer ${signToken({ exp: 1 })}`);
    expect(() => authenticate(expired)).toThrow(new InvalidTokenError('expired'));
  });

  it('throws without credentials', () => {
    expect(() => authenticate(requestWith(undefined))).toThrow(MissingCredentialsError);
  });

  it('returns undefined without credentials where they are optional', () => {
    expect(authenticate(requestWith(undefined, 'optional'))).toBeUndefined();
  });
});
