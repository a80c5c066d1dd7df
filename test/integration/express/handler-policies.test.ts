import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Express } from 'express';
import {
  type AccessPolicy,
  anyOf,
  InsufficientScopeError,
  InvalidTokenError,
  type ResourceServer,
  type RoutePolicy,
} from '@scopegate/express';
import { createVerifiedToken } from '@scopegate/testing';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { answerOf, refusal, type RefusalAnswer } from '../../support/answers.js';
import { listenToDecisions } from '../../support/decision-log.js';
import { showErrors } from '../../support/error-handlers.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { openApi } from '../../support/test-issuers.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const SPACE = 'Bearer realm="https://api.example.com"';
const LACKS = 'the access token lacks scope for this resource';
const EXCEEDS = 'the access token carries more scope than this resource allows';
const PRINCIPAL = 'this resource does not accept tokens of this kind of caller';

function lacks(scope: string): RefusalAnswer {
  const challenge = `${SPACE}, error="insufficient_scope", error_description="${LACKS}", scope="${scope}"`;
  return refusal(403, challenge, { detail: LACKS, error: 'insufficient_scope', scope });
}

function open(): ResourceServer<'basic' | 'read' | 'write' | 'admin'> {
  return openApi({ ...SECRET_OPTIONS, scopes: ['basic', 'read', 'write', 'admin'] });
}

type Api = ReturnType<typeof open>;

describe('policy()', () => {
  it('returns a frozen policy with its declaration', () => {
    const atMost: ['read', 'write'] = ['read', 'write'];
    const policy = open().policy({ scope: 'read', atMost });
    atMost.reverse();
    expect(policy.policy).toEqual({
      authentication: 'required',
      scope: 'read',
      atMost: ['read', 'write'],
      excessScopes: 'ignore',
      principal: undefined,
      fresh: false,
      check: undefined,
    });
    expect([policy, policy.policy].every(Object.isFrozen)).toBe(true);
  });

  const check = { name: 'weekday', test: () => true };
  it.each<[object, string]>([
    [
      {},
      'policy() requires "scope", "atMost", "principal", "senderConstraint", "acrValues" or "maxAgeSeconds"; to require only a valid token, use requireAccessToken() on the route',
    ],
    [{ scope: 'raed' }, 'scope "raed" is not among the "scopes" of this resource server; did you mean "read"?'], // prettier-ignore
    [{ scope: 'read', atMost: ['write'] }, 'option "atMost" must allow scopes that satisfy "scope"; add them to "atMost"'], // prettier-ignore
    [{ scope: 'read', check }, 'policy() has no option "check"; only guards run checks; evaluate the condition in the handler'], // prettier-ignore
    [{ scopes: ['read'] }, 'policy() has no option "scopes"; did you mean "scope"?'],
    [{ principal: 'admin' }, 'option "principal" must be "client" or "user"'],
    [
      { method: 'GET', headers: {} },
      'policy() must be called when the route is declared; write api.policy({ … })',
    ],
  ])('throws for %j', (given, message) => {
    expect(() => open().policy(given)).toThrow(new TypeError(message));
  });
});

describe('AccessPolicy.refusalOf()', () => {
  let api: Api;

  beforeEach(() => {
    api = open();
  });

  it.each<[string, Pick<RoutePolicy<'read' | 'write'>, 'scope' | 'atMost' | 'principal'>]>([
    ['a token with the scope', { scope: 'read' }],
    ['a token with one of the scopes', { scope: anyOf('write', 'read') }],
    ['a token within the limit', { atMost: ['read'] }],
    ['a token of a client', { principal: 'client' }],
  ])('is undefined for %s', (_what, route) => {
    const token = createVerifiedToken({ scopes: ['read'] });
    expect(api.policy(route).refusalOf(token)).toBeUndefined();
  });

  it('is a new refusal in no protection space', () => {
    const policy = api.policy({ scope: 'write' });
    const token = createVerifiedToken({ scopes: ['read'] });
    const refused = policy.refusalOf(token);
    expect(refused).toBeInstanceOf(InsufficientScopeError);
    expect(refused?.challenge).toEqual({
      realm: undefined,
      error: 'insufficient_scope',
      error_description: LACKS,
      scope: 'write',
      resource_metadata: undefined,
    });
    refused?.inProtectionSpace({ realm: 'changed' });
    expect(policy.refusalOf(token)?.challenge.realm).toBeUndefined();
  });

  it('is an InvalidTokenError for excess scope', () => {
    const refused = api
      .policy({ scope: 'read', atMost: ['read'] })
      .refusalOf(createVerifiedToken({ scopes: ['read', 'write'] }));
    expect(refused).toBeInstanceOf(InvalidTokenError);
    expect(refused).toMatchObject({ status: 401, reason: 'excess_scope' });
  });

  it('honours the option excessScopes as a guard does', () => {
    const strict = openApi({ ...SECRET_OPTIONS, excessScopes: 'refuse' });
    const token = createVerifiedToken({ scopes: ['read', 'write'] });
    expect(strict.policy({ scope: 'read' }).refusalOf(token)?.reason).toBe('excess_scope');
    expect(strict.policy({ principal: 'client' }).refusalOf(token)).toBeUndefined();
  });
});

describe.each(EXPRESS_VERSIONS)('assertAllowed() on Express $version', ({ express }) => {
  let api: Api;
  let errors: unknown[];

  beforeEach(() => {
    api = open();
    errors = [];
  });

  /** An application whose handler decides. */
  function appWith(guards: readonly ReturnType<Api['require']>[], policy: AccessPolicy): Express {
    const app = express();
    app.set('env', 'test');
    app.use(api.metadata());
    app.get('/', ...guards, (req, res) => {
      const isAllowed = api.isAllowed(req, policy);
      if (req.query['ask'] === undefined) api.assertAllowed(req, policy);
      res.json({ isAllowed });
    });
    return app;
  }

  const METADATA =
    'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"';
  const published = (answer: RefusalAnswer): RefusalAnswer => ({
    ...answer,
    challenge: `${answer.challenge ?? ''}, ${METADATA}`,
  });
  const send = (app: Express, scope?: string, path = '/'): request.Test =>
    request(app)
      .get(path)
      .set(scope === undefined ? {} : { authorization: `Bearer ${signToken({ scope })}` });

  it('lets a token pass that the policy allows', async () => {
    const app = appWith([api.requireAccessToken()], api.policy({ scope: 'write' }));
    const { status, body } = await send(app, 'write');
    expect([status, body]).toEqual([200, { isAllowed: true }]);
  });

  it.each<[string, Parameters<Api['policy']>[0], string, RefusalAnswer]>([
    ['insufficient scope', { scope: 'write' }, 'read', lacks('write')],
    [
      'excess scope',
      { scope: 'read', atMost: ['read'] },
      'read write',
      refusal(
        401,
        `${SPACE}, error="invalid_token", error_description="${EXCEEDS}", scope="read"`,
        { detail: EXCEEDS, error: 'invalid_token', scope: 'read' },
      ),
    ],
    [
      'another principal',
      { principal: 'user' },
      'read',
      refusal(403, `${SPACE}, error="insufficient_scope", error_description="${PRINCIPAL}"`, {
        detail: PRINCIPAL,
        error: 'insufficient_scope',
      }),
    ],
  ])('is answered as by a guard for %s', async (_what, route, scope, expected) => {
    const events = listenToDecisions();
    const app = appWith([api.requireAccessToken()], api.policy(route));
    app.use(api.errorHandler(), showErrors(errors));
    expect(answerOf(await send(app, scope))).toEqual(published(expected));
    expect(errors).toEqual([]);
    expect(events.map(({ outcome }) => outcome)).toEqual(['refused']);
    expect((await send(app, scope, '/?ask')).body).toEqual({ isAllowed: false });
  });

  it('answers an anonymous caller with 401 and the scope', async () => {
    const app = appWith([api.optionalAccessToken()], api.policy({ scope: anyOf('read', 'write') }));
    app.use(api.errorHandler(), showErrors(errors));
    expect(answerOf(await send(app))).toEqual(
      published(refusal(401, `${SPACE}, scope="read"`, { scope: 'read' })),
    );
    expect((await send(app, undefined, '/?ask')).body).toEqual({ isAllowed: false });
  });

  it("has the right status and challenge with Express's own error handler", async () => {
    const app = appWith([api.optionalAccessToken()], api.policy({ scope: 'write' }));
    const answers = [await send(app, 'read'), await send(app)];
    expect(answers.map(({ status, headers }) => [status, headers['www-authenticate']])).toEqual([
      [403, published(lacks('write')).challenge],
      [401, `${SPACE}, scope="write", ${METADATA}`],
    ]);
  });

  it('names the scopes by which the token has passed earlier guards', async () => {
    const guards = [api.requireScope('basic'), api.requireAnyScope('read', 'admin')];
    const app = appWith(guards, api.policy({ scope: 'write' }));
    app.use(api.errorHandler());
    expect(answerOf(await send(app, 'basic read'))).toEqual(published(lacks('basic read write')));
  });

  it('names the scopes by which the token has passed earlier assertions', async () => {
    const [read, write, admin] = (['read', 'write', 'admin'] as const).map((scope) =>
      api.policy({ scope }),
    );
    const app = express();
    app.get('/', api.requireAccessToken(), (req, res) => {
      for (const policy of [read, write, admin]) if (policy) api.assertAllowed(req, policy);
      res.json({});
    });
    app.use(api.errorHandler());
    expect(answerOf(await send(app, 'read write'))).toEqual(lacks('read write admin'));
  });

  it('passes a TypeError on where no guard ran', async () => {
    const app = appWith([], api.policy({ scope: 'write' }));
    app.use(api.errorHandler(), showErrors(errors));
    expect((await send(app, 'write')).status).toBe(500);
    expect(errors).toEqual([
      new TypeError(
        'no guard of this resource server ran on this request; mount one in front of the handler',
      ),
    ]);
  });
});

describe.each(['isAllowed', 'assertAllowed'] as const)('%s()', (name) => {
  it.each<[string, () => unknown]>([
    ['a policy of another resource server', () => open().policy({ scope: 'read' })],
    ['a policy that is not compiled', () => ({ scope: 'read' })],
    ['the policy of a guard', () => open().requireScope('read').policy],
    ['a scope', () => 'read'],
    ['nothing', () => undefined],
  ])('throws for %s', (_what, create) => {
    const message = `the second argument of ${name}() must be a policy of this resource server; create it with policy()`;
    // Possible in plain JavaScript.
    const policy = create() as AccessPolicy;
    const req = new IncomingMessage(new Socket());
    expect(() => open()[name](req, policy)).toThrow(new TypeError(message));
  });
});
