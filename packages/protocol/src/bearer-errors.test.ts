import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { REQUEST_DESCRIPTIONS, TOKEN_DESCRIPTIONS } from '../../../test/support/answers.js';
import {
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  MissingCredentialsError,
} from './bearer-errors.js';
import { ChallengeError } from './challenge-error.js';
import type {
  InsufficientScopeReason,
  InvalidRequestReason,
  InvalidTokenReason,
} from './refusal-reasons.js';

const space = {
  realm: 'sales',
  resourceMetadata: 'https://rs.example/.well-known/oauth-protected-resource',
};
const METADATA = `resource_metadata="${space.resourceMetadata}"`;

describe('MissingCredentialsError', () => {
  it('is 401 with a challenge without error', () => {
    const error = new MissingCredentialsError(space);
    expect(error).toMatchObject({
      name: 'MissingCredentialsError',
      code: 'ERR_BEARER_MISSING_CREDENTIALS',
      reason: 'missing_credentials',
      status: 401,
      statusCode: 401,
      expose: true,
      message: 'the request carries no access token',
    });
    expect(error.headers).toEqual({ 'WWW-Authenticate': `Bearer realm="sales", ${METADATA}` });
  });

  it('has a challenge even without metadata and with an empty realm', () => {
    const { headers } = new MissingCredentialsError({ realm: '' });
    expect(headers).toEqual({ 'WWW-Authenticate': 'Bearer realm=""' });
  });
});

describe('InvalidRequestError', () => {
  it.each(Object.entries(REQUEST_DESCRIPTIONS) as [InvalidRequestReason, string][])(
    'is 400 invalid_request: %s',
    (reason, sentence) => {
      const error = new InvalidRequestError(reason);
      expect(error).toMatchObject({
        name: 'InvalidRequestError',
        code: 'ERR_BEARER_INVALID_REQUEST',
        reason,
        status: 400,
        statusCode: 400,
        expose: true,
        message: sentence,
      });
      expect(error.inProtectionSpace(space).headers).toEqual({
        'WWW-Authenticate': `Bearer realm="sales", error="invalid_request", error_description="${sentence}", ${METADATA}`,
      });
    },
  );
});

describe('InvalidTokenError', () => {
  it.each(Object.entries(TOKEN_DESCRIPTIONS) as [InvalidTokenReason, string][])(
    'is 401 invalid_token: %s',
    (reason, sentence) => {
      const error = new InvalidTokenError(reason);
      expect(error).toMatchObject({
        name: 'InvalidTokenError',
        code: 'ERR_BEARER_INVALID_TOKEN',
        reason,
        status: 401,
        statusCode: 401,
        expose: true,
        message: sentence,
      });
      expect(error.inProtectionSpace(space).headers).toEqual({
        'WWW-Authenticate': `Bearer realm="sales", error="invalid_token", error_description="${sentence}", ${METADATA}`,
      });
    },
  );

  it('reports which scope would be sufficient, and keeps the cause', () => {
    const cause = new Error('the cause');
    const error = new InvalidTokenError('excess_scope', { scope: 'read', cause });
    expect(error.cause).toBe(cause);
    expect(error.inProtectionSpace({ realm: 'sales' }).headers['WWW-Authenticate']).toBe(
      'Bearer realm="sales", error="invalid_token", ' +
        'error_description="the access token carries more scope than this resource allows", scope="read"',
    );
  });

  it('has no cause when none is given', () => {
    expect('cause' in new InvalidTokenError('expired')).toBe(false);
  });
});

const SCOPE_SENTENCES: Record<InsufficientScopeReason, string> = {
  scope: 'the access token lacks scope for this resource',
  principal: 'this resource does not accept tokens of this kind of caller',
  check: 'the access token does not meet a condition of this resource',
};

describe('InsufficientScopeError', () => {
  it.each([
    ['scope', 'read write', ', scope="read write"'],
    ['principal', undefined, ''],
    ['check', undefined, ''],
  ] as const)('is 403 insufficient_scope: %s', (reason, required, scope) => {
    const error = new InsufficientScopeError(reason, required);
    const sentence = SCOPE_SENTENCES[reason];
    expect(error).toMatchObject({
      name: 'InsufficientScopeError',
      code: 'ERR_BEARER_INSUFFICIENT_SCOPE',
      reason,
      required,
      status: 403,
      statusCode: 403,
      expose: true,
      message: sentence,
    });
    expect(error.inProtectionSpace(space).headers).toEqual({
      'WWW-Authenticate': `Bearer realm="sales", error="insufficient_scope", error_description="${sentence}"${scope}, ${METADATA}`,
    });
  });
});

describe('ChallengeError', () => {
  const errors = [
    new MissingCredentialsError(space),
    new InvalidRequestError('several_locations'),
    new InvalidTokenError('expired'),
    new InsufficientScopeError('scope', 'read'),
  ];

  it.each(errors.map((error) => [error.name, error] as const))(
    'is the base class of %s',
    (name, error) => {
      expect(error).toBeInstanceOf(ChallengeError);
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).toBe(`${name}: ${error.message}`);
    },
  );

  it.each([
    [new MissingCredentialsError(space), `Bearer realm="sales", scope="read write", ${METADATA}`],
    [
      new InvalidTokenError('expired').inProtectionSpace(space),
      `Bearer realm="sales", error="invalid_token", error_description="the access token has expired", scope="read write", ${METADATA}`,
    ],
  ])('names the scope that the resource requires: $name', (error, challenge) => {
    expect(error.requiringScope('read write').headers['WWW-Authenticate']).toBe(challenge);
    expect(error.challenge.scope).toBe('read write');
    expect(error.requiringScope(undefined).challenge.scope).toBeUndefined();
  });

  it.each([
    ['names its own scope', new InvalidTokenError('excess_scope', { scope: 'read' }), 'read'],
    ['names its own scope', new InsufficientScopeError('scope', 'read'), 'read'],
    ['names no scope', new InsufficientScopeError('principal'), undefined],
    ['names no scope', new InsufficientScopeError('check'), undefined],
    ['names no scope', new InvalidRequestError('several_locations'), undefined],
  ])('%s whatever the resource requires: $code', (_what, error, scope) => {
    expect(error.requiringScope('read write').challenge.scope).toBe(scope);
  });

  it('has a challenge before its protection space is set', () => {
    expect(new InvalidTokenError('expired').headers['WWW-Authenticate']).toBe(
      'Bearer error="invalid_token", error_description="the access token has expired"',
    );
  });

  it('exposes the challenge as data, by wire names', () => {
    expect(new InsufficientScopeError('scope', 'read').inProtectionSpace(space).challenge).toEqual({
      realm: 'sales',
      error: 'insufficient_scope',
      error_description: 'the access token lacks scope for this resource',
      scope: 'read',
      resource_metadata: space.resourceMetadata,
    });
  });

  it('does not change when its `challenge` is modified', () => {
    const error = new InvalidTokenError('expired');
    Object.assign(error.challenge, { error: 'insufficient_scope' });
    expect(error.challenge.error).toBe('invalid_token');
  });

  it('uses the protection space that was set last', () => {
    const error = new MissingCredentialsError(space).inProtectionSpace({ realm: 'other' });
    expect(error.headers).toEqual({ 'WWW-Authenticate': 'Bearer realm="other"' });
  });

  it('shows its reason and code when it is inspected', () => {
    const shown = inspect(new InvalidTokenError('expired'));
    expect(shown).toContain("code: 'ERR_BEARER_INVALID_TOKEN'");
    expect(shown).toContain("reason: 'expired'");
  });
});
