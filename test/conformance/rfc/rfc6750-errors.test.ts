/**
 * The error of a refused request, and the order of checks. RFC 6750 §3.1.
 *
 * @module
 */
import type { ForgeryName } from '@scopegate/testing';
import { describe, expect } from 'vitest';
import { forEachFront } from '../../support/fronts/fronts.js';
import { openFixture, useFixture } from '../support/fixture.js';
import { challengeOf, type Outcome, outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

/** Padding inside a token violates the grammar of credentials, so the request is malformed. */
function outcomeOfForgery(name: ForgeryName): Outcome {
  return name === 'paddedSegment' ? '400-ir' : '401-it';
}

forEachFront((front) => {
  const rs = useFixture(front, { server: { typ: 'at+jwt' } });

  describe('missing credentials', () => {
    verifies(
      ['rfc6750#3.1/no-error-code-without-credentials', 'rfc6749#7.2/refusal-is-never-silent'],
      'are not reported as an error',
      async () => {
        expect(await rs.outcome()).toBe('401-bare');
        expect(await rs.outcome({ method: 'POST' })).toBe('401-bare');
      },
    );

    const otherSchemes = [
      'Basic eDp5',
      'basic eDp5',
      'Negotiate x',
      'Digest username="a", realm="b"',
      'DPoP abc',
      'Token token="abc"',
      'Bearer-Token abc',
      'Basic',
      'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c',
    ];
    for (const authorization of otherSchemes) {
      verifies(
        'rfc6750#3.1/no-error-code-without-credentials',
        `include "${authorization}"`,
        async () => {
          expect(await rs.outcome({ headers: { authorization } })).toBe('401-bare');
        },
      );
    }
  });

  describe('malformed request', () => {
    verifies(
      'rfc6750#3.1/malformed-request-is-400',
      'is invalid_request, even with a valid token',
      async () => {
        const good = await rs.mint();
        for (const authorization of ['Bearer', `Bearer ${good} x`, 'Bearer é', '"Bearer" x', '=']) {
          const answer = await rs.sendLines(['GET /p HTTP/1.1', `Authorization: ${authorization}`]);
          expect(outcomeOf(answer), authorization).toBe('400-ir');
        }
      },
    );
  });

  describe('invalid token', () => {
    verifies(
      'rfc6750#3.1/bad-token-is-401',
      'is answered with invalid_token for each forgery',
      async () => {
        const outcomes: Record<string, string> = {};
        for (const { name } of rs.issuer.forgeries) {
          outcomes[name] = await rs.present(await rs.issuer.forge[name]({ scope: 'read' }));
        }
        const expected = rs.issuer.forgeries.map(({ name }) => [name, outcomeOfForgery(name)]);
        expect(outcomes).toEqual(Object.fromEntries(expected));
      },
    );

    verifies(
      'rfc6750#3.1/bad-token-is-401',
      'is described without any expected or presented value',
      async () => {
        const { issuer } = rs;
        const [key] = await issuer.publicKeys();
        const revealing = [
          key?.kid ?? '',
          issuer.issuer,
          'other-issuer',
          'other-api',
          'test-client',
        ];
        for (const { name } of issuer.forgeries) {
          const token = await issuer.forge[name]({ scope: 'read' });
          const answer = await rs.send({ headers: { authorization: `Bearer ${token}` } });
          const { error_description: description = '' } = challengeOf(answer).params;
          for (const value of revealing) expect(description, name).not.toContain(value);
          expect(description, name).not.toMatch(/\d/);
        }
      },
    );

    verifies(
      'rfc6750#3.1/bad-token-is-401',
      'includes a token whose key was withdrawn',
      async () => {
        const fixture = await openFixture(front);
        const token = await fixture.mint();
        expect(await fixture.present(token)).toBe('200');
        await fixture.issuer.rotateKey({ keepOld: false });
        // A token of the new key triggers a refresh; the new key set lacks the old key.
        expect(await fixture.present(await fixture.mint())).toBe('200');
        expect(await fixture.present(token)).toBe('401-it');
      },
    );
  });

  describe('valid token', () => {
    verifies(
      [
        'rfc6750#3.1/missing-scope-is-403',
        'rfc9110#11.4/invalid-is-401-insufficient-is-403',
        'rfc6749#7/token-valid-and-scope-covers',
      ],
      'that lacks scope is answered with the scopes of the route',
      async () => {
        for (const scope of ['write', '', undefined, 'admin write', 'READ']) {
          const token = await rs.mint({ scope });
          expect(await rs.present(token, { scope: 'read' }), scope).toBe('403-is');
        }
      },
    );

    verifies(
      'rfc6750#3.1/missing-scope-is-403',
      'that lacks one scope is answered with all scopes of the route',
      async () => {
        const fixture = await openFixture(front, {
          mount: ({ app, api, handler }) => {
            app.get('/p', api.requireScope('read', 'export', 'share'), handler);
          },
        });
        const token = await fixture.mint({ scope: 'read other' });
        expect(await fixture.present(token, { scope: 'read export share' })).toBe('403-is');
      },
    );
  });

  describe('order of checks', () => {
    verifies(
      ['rfc6750#3.1/dead-token-before-missing-scope', 'scopegate#order/one-order-of-checks'],
      'reports an invalid token before missing scope',
      async () => {
        for (const { name } of rs.issuer.forgeries) {
          const token = await rs.issuer.forge[name]({ scope: 'other' });
          expect(await rs.present(token), name).toBe(outcomeOfForgery(name));
        }
      },
    );

    verifies(
      'scopegate#order/one-order-of-checks',
      'reports a malformed request before an invalid token',
      async () => {
        const token = await rs.issuer.forge.expired({ scope: 'other' });
        const lines = [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`];
        expect(outcomeOf(await rs.sendLines(['GET /p HTTP/1.1', ...lines]))).toBe('400-ir');
      },
    );

    verifies(
      ['scopegate#order/one-order-of-checks', 'scopegate#outage/decided-without-keys'],
      'reports checks that need no keys during an outage',
      async () => {
        const fixture = await openFixture(front);
        fixture.issuer.fault('jwks', { kind: 'down' });
        const { forge, forgeries } = fixture.issuer;
        const needNoKeys = [
          ...(['opaque', 'encrypted', 'twoParts', 'trailingDot', 'nonCanonicalSignature'] as const),
          ...(['critHeader', 'b64False', 'duplicateHeader', 'duplicateClaim'] as const),
          ...(['byteOrderMark', 'invalidUtf8', 'trailingGarbage', 'arrayPayload'] as const),
          ...(['paddedSegment', 'nestedToken'] as const),
          ...(['algNone', 'algNoneMixedCase', 'algNoneWithSignature'] as const),
          ...(['hs256WithPublicKey', 'hs256WithPublicKeyDer', 'hs256WithPublicJwk'] as const),
          ...(['wrongIssuer', 'issuerWithSlash', 'noIssuer'] as const),
          ...([
            'idToken',
            'logoutToken',
            'refreshToken',
            'clientAssertion',
            'unknownType',
          ] as const),
        ];
        for (const name of needNoKeys) {
          const outcome = await fixture.present(await forge[name]());
          expect(outcome, name).toBe(outcomeOfForgery(name));
        }
        expect(fixture.issuer.requests.jwks).toBe(0);
        const needKeys = forgeries.filter(
          ({ name }) => !needNoKeys.some((other) => other === name),
        );
        for (const { name } of needKeys) {
          expect(await fixture.present(await forge[name]()), name).toBe('503');
        }
        expect(await fixture.present(await fixture.mint({ scope: 'other' }))).toBe('503');
        expect(await fixture.outcome()).toBe('401-bare');
        expect(await fixture.present('a b')).toBe('400-ir');
      },
    );
  });
});
