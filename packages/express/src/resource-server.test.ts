import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SECRET_OPTIONS } from '../../../test/support/tokens.js';
import { createResourceServer, type ResourceServer } from './resource-server.js';
import { allOf, anyOf } from '@scopegate/resource-server';

const api = createResourceServer({ ...SECRET_OPTIONS, scopes: ['read', 'write'] });

describe('createResourceServer', () => {
  it('returns a frozen object', () => {
    expect(Object.isFrozen(api)).toBe(true);
  });

  it('copies options that change afterwards', () => {
    const scopes = ['read'];
    const options = { ...SECRET_OPTIONS, scopes };
    const created = createResourceServer(options);
    scopes.push('write');
    expect(() => created.requireScope('write')).toThrow(TypeError);
    expect(created.require({ scope: 'read' }).policy.scope).toBe('read');
  });

  it.each<[object, string]>([
    [{ audience: undefined }, 'option "audience" is missing; it must be'],
    [{ audience: '' }, 'option "audience" must be'],
    [{ issuer: undefined }, 'option "issuer" is missing; it must be'],
    [{ authRequired: false }, 'optionalAccessToken() for each route instead'],
    [
      { issuer: 'http://auth.example.com', secret: undefined },
      'option "issuer" must be an https URL',
    ],
    [{ aud: 'x' }, 'createResourceServer has no option "aud"; did you mean "audience"?'],
    [{ scopes: ['read write'] }, 'option "scopes" must be'],
    [{ clockToleranceSeconds: 301 }, 'option "clockToleranceSeconds" must be'],
  ])('refuses %j at start-up', (changes, message) => {
    expect(() => createResourceServer({ ...SECRET_OPTIONS, ...changes })).toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) }),
    );
  });

  it('hides its secret from util.inspect', () => {
    const { secret } = SECRET_OPTIONS;
    const shown = inspect([api, api.health()], { showHidden: true, depth: Infinity });
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) {
      expect(shown).not.toContain(secret.toString(encoding));
    }
  });

  it('is ready immediately with static keys, and can be closed twice', async () => {
    await expect(api.ready()).resolves.toBeUndefined();
    expect(api.health()).toEqual({
      issuers: [
        {
          issuer: SECRET_OPTIONS.issuer,
          state: 'fresh',
          keys: 1,
          fromSnapshot: false,
          ageMs: undefined,
          lastError: undefined,
          nextAttemptAt: undefined,
        },
      ],
      introspection: [],
      replay: undefined,
      publicUrls: undefined,
      tokenCache: { entries: 0, maxEntries: 10_000 },
      reportOnly: [],
    });
    api.close();
    api.close();
  });
});

describe('createResourceServer guards', () => {
  it.each<[string, ReturnType<ResourceServer['require']>, object]>([
    ['requireAccessToken', api.requireAccessToken(), { authentication: 'required' }],
    ['optionalAccessToken', api.optionalAccessToken(), { authentication: 'optional' }],
    ['requireScope', api.requireScope('read', 'write'), { scope: allOf('read', 'write') }],
    ['requireAnyScope', api.requireAnyScope('read', 'write'), { scope: anyOf('read', 'write') }],
    ['requirePolicy', api.require({ principal: 'user' }), { principal: 'user' }],
  ])('%s has its name and its policy', (name, guard, policy) => {
    expect(guard.name).toBe(name);
    expect(guard.policy).toMatchObject(policy);
  });

  const request = { method: 'GET', headers: {} };

  it.each<[string, readonly unknown[], string]>([
    ['requireScope', [], "requires at least one scope; write requireScope('a') or requireScope('a', 'b')"], // prettier-ignore
    [
      'requireScope',
      [['a', 'b']],
      "requires scopes as separate arguments; write requireScope('a', 'b')",
    ],
    [
      'requireScope',
      ['a b'],
      "requires scopes as separate arguments; write requireScope('a', 'b')",
    ],
    [
      'requireScope',
      ['a', ['b', 7]],
      "requires scopes as separate arguments; write requireScope('b')",
    ],
    ['requireScope', [[]], "requires scopes as separate arguments; write requireScope('a', 'b')"],
    ['requireAnyScope', [], "requires at least one scope; write requireAnyScope('a') or requireAnyScope('a', 'b')"], // prettier-ignore
    [
      'requireAnyScope',
      [['a']],
      "requires scopes as separate arguments; write requireAnyScope('a')",
    ],
    ['requireScope', [request], "must be called when the route is declared; write api.requireScope('…')"], // prettier-ignore
    ['requireAnyScope', [request], "must be called when the route is declared; write api.requireAnyScope('…')"], // prettier-ignore
    ['requireAccessToken', [request], 'must be called when the route is declared; write api.requireAccessToken()'], // prettier-ignore
    ['requireAccessToken', [undefined], 'must be called when the route is declared; write api.requireAccessToken()'], // prettier-ignore
    ['optionalAccessToken', [request], 'must be called when the route is declared; write api.optionalAccessToken()'], // prettier-ignore
    ['require', [request], 'must be called when the route is declared; write api.require({ … })'], // prettier-ignore
    ['metadata', [request], 'must be called; write app.use(api.metadata())'],
    ['errorHandler', [request], 'must be called when the route is declared; write api.errorHandler()'], // prettier-ignore
  ])('%s(…%j) throws, and names the correct call', (name, given, message) => {
    // Possible in plain JavaScript.
    const functions = api as unknown as Record<string, (...given: readonly unknown[]) => unknown>;
    expect(() => functions[name]?.(...given)).toThrow(new TypeError(`${name}() ${message}`));
  });

  it('refuse a scope outside the declared scopes', () => {
    const loose: ResourceServer = createResourceServer({ ...SECRET_OPTIONS, scopes: ['read'] });
    expect(() => loose.requireScope('raed')).toThrow(
      new TypeError(
        'scope "raed" is not among the "scopes" of this resource server; did you mean "read"?',
      ),
    );
  });

  it('accept any scope-token when no scopes are declared', () => {
    const loose = createResourceServer(SECRET_OPTIONS);
    expect(loose.requireScope('anything:at-all').policy.scope).toEqual(allOf('anything:at-all'));
  });
});

describe('createResourceServer metadata()', () => {
  it('throws without a resource identifier', () => {
    const created = createResourceServer({ ...SECRET_OPTIONS, audience: 'sales-api' });
    expect(() => created.metadata()).toThrow(
      new TypeError(
        'metadata() requires the option "resource" because no audience is an https URL',
      ),
    );
  });

  it('throws for an unknown member', () => {
    const members = { name: 'Sales' };
    expect(() => api.metadata(members as object)).toThrow(
      new TypeError('metadata() has no option "name"'),
    );
  });
});
