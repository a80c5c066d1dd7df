/**
 * RFC 7662, token introspection.
 *
 * @module
 */
import { createServer } from 'node:https';
import {
  createProofKey,
  createTestCertificate,
  type OpaqueTokenOverrides,
  type TestIssuer,
} from '@scopegate/testing';
import { describe, expect } from 'vitest';
import { forEachFront } from '../../support/fronts/fronts.js';
import { openServer } from '../../support/listen.js';
import { CACHES_TOKENS, type Fixture, openFixture, RESOURCE } from '../support/fixture.js';
import { introspecting } from '../support/introspecting.js';
import { verifies } from '../support/verifies.js';

/** Issues an opaque token that `GET /p` accepts. */
function opaque({ issuer }: Fixture, overrides: OpaqueTokenOverrides = {}): Promise<string> {
  return issuer.opaque({ scope: 'read', ...overrides });
}

forEachFront((front) => {
  const open = (introspection?: Readonly<Record<string, unknown>>): Promise<Fixture> =>
    openFixture(front, { server: introspecting(introspection) });

  describe('introspection request', () => {
    verifies(
      'rfc7662#2.1/introspection-is-authenticated-post',
      'is a POST of a form, with the credentials of the resource server',
      async () => {
        for (const clientAuthenticationMethod of ['client_secret_basic', 'client_secret_post']) {
          const rs = await open({ clientAuthenticationMethod });
          expect(await rs.present(await opaque(rs))).toBe('200');
          expect(rs.issuer.requests.introspectionRequests).toEqual([
            {
              method: 'POST',
              contentType: 'application/x-www-form-urlencoded;charset=UTF-8',
              accept: 'application/json',
              hasQuery: false,
              clientAuthentication: clientAuthenticationMethod,
              clientId: 'test-resource-server',
              tokenTypeHint: 'access_token',
              active: true,
            },
          ]);
        }
      },
    );

    verifies(
      'rfc7662#4/endpoint-certificate-checked',
      'is not sent to a server without a trusted certificate',
      async () => {
        let requests = 0;
        const { tls } = createTestCertificate();
        const endpoint = await openServer(
          createServer(tls, (_request, response) => {
            requests += 1;
            response.end('{"active":true}');
          }),
        );
        const rs = await open({ endpoint: endpoint.href });
        expect(await rs.present(await opaque(rs))).toBe('503');
        expect(requests).toBe(0);
      },
    );
  });

  describe('introspection response', () => {
    verifies(
      'rfc7662#2.2/only-active-true-counts',
      'is accepted if active is true, and is an outage if active is not a boolean',
      async () => {
        const rs = await open();
        expect(await rs.present(await opaque(rs))).toBe('200');
        expect(await rs.present('unknown')).toBe('401-it');
        for (const body of [
          '{"active":"true"}',
          '{"active":1}',
          '{}',
          '{"active":true,"active":false}',
          '[true]',
        ]) {
          const other = await open();
          other.issuer.fault('introspection', { kind: 'body', body });
          expect(await other.present(await opaque(other)), body).toBe('503');
        }
      },
    );

    verifies(
      'rfc7662#2.2/introspected-claims-still-checked',
      'is checked like the claims of a JWT',
      async () => {
        const rs = await open();
        for (const claims of [
          { aud: 'https://other.example' },
          { aud: undefined },
          { iss: 'https://other.example' },
          { exp: '9999999999' },
          { sub: 1 },
          { scope: 1 },
          { cnf: { jkt: 'x' } },
          { cnf: null },
        ]) {
          const token = await opaque(rs, { claims });
          expect(await rs.present(token), JSON.stringify(claims)).toBe('401-it');
        }
        for (const members of [{ exp: 1_000_000_000 }, { nbf: 9_999_999_999 }]) {
          rs.issuer.fault('introspection', { kind: 'members', members });
          expect(await rs.present(await opaque(rs)), JSON.stringify(members)).toBe('401-it');
        }
        rs.issuer.fault('introspection', undefined);
        expect(await rs.present(await opaque(rs, { scope: 'write' }))).toBe('403-is');
      },
    );

    verifies(
      'rfc7662#1/active-token-of-other-kind',
      'is refused for an active token that is not an access token',
      async () => {
        const rs = await open();
        for (const claims of [
          { token_type: 'refresh_token' },
          { token_type: 'N_A' },
          { token_use: 'refresh_token' },
          { typ: 'Refresh' },
          { events: {} },
        ]) {
          const token = await opaque(rs, { claims });
          expect(await rs.present(token), JSON.stringify(claims)).toBe('401-it');
        }
      },
    );
  });

  describe('introspection response about a bound token', () => {
    verifies(
      'rfc9449#6.2/token-type-of-bound-token',
      'has the token_type DPoP, or none',
      async () => {
        const dpop = { publicUrl: RESOURCE };
        const rs = await openFixture(front, {
          server: (issuer: TestIssuer) => ({ ...introspecting()(issuer), dpop }),
        });
        const key = createProofKey();
        const statusOf = async (members: Readonly<Record<string, unknown>>): Promise<number> => {
          rs.issuer.fault('introspection', { kind: 'members', members });
          const token = await opaque(rs, { boundTo: key });
          const headers = key.headers({ token, method: 'GET', url: `${RESOURCE}/p` });
          return (await rs.send({ headers })).status;
        };
        for (const token_type of ['DPoP', 'dpop', undefined]) {
          expect(await statusOf({ token_type }), token_type).toBe(200);
        }
        for (const token_type of ['Bearer', 'bearer', 'N_A', 1]) {
          expect(await statusOf({ token_type }), String(token_type)).toBe(401);
        }
        expect(await statusOf({ cnf: undefined }), 'no key').toBe(401);
      },
    );
  });

  describe('cached introspection response', () => {
    verifies('rfc7662#4/cached-answer-ends-with-exp', 'is not used after exp', async () => {
      const rs = await open({ cacheSeconds: 300 });
      const token = await opaque(rs, { expiresInSeconds: 20 });
      expect(await rs.present(token)).toBe('200');
      rs.issuer.clock.advance(19_000);
      expect(await rs.present(token)).toBe('200');
      expect(rs.issuer.requests.introspection).toBe(CACHES_TOKENS ? 1 : 2);
      rs.issuer.clock.advance(1_000);
      expect(await rs.present(token)).toBe('401-it');
      expect(rs.issuer.requests.introspection).toBe(CACHES_TOKENS ? 2 : 3);
    });
  });

  describe('introspection endpoint', () => {
    verifies(
      'rfc7662#2.3/own-credentials-not-callers-fault',
      'that refuses the credentials of the resource server is a 503',
      async () => {
        for (const status of [401, 403]) {
          const rs = await open();
          rs.issuer.fault('introspection', { kind: 'status', status });
          expect(await rs.present(await opaque(rs)), String(status)).toBe('503');
        }
        const wrong = await open({ clientSecret: () => 'wrong' });
        expect(await wrong.present(await opaque(wrong))).toBe('503');
      },
    );

    verifies(
      'rfc7662#2/endpoint-outage-is-503',
      'that is unavailable is a 503, and parallel requests with one token cost one introspection',
      async () => {
        for (const fault of [
          { kind: 'down' },
          { kind: 'status', status: 500 },
          { kind: 'status', status: 429 },
          { kind: 'html' },
          { kind: 'redirect', location: '/' },
          { kind: 'huge', bytes: 65_537 },
        ] as const) {
          const rs = await open();
          rs.issuer.fault('introspection', fault);
          expect(await rs.present(await opaque(rs)), fault.kind).toBe('503');
        }
        const rs = await open();
        const token = await opaque(rs);
        const outcomes = await Promise.all(Array.from({ length: 50 }, () => rs.present(token)));
        expect(new Set(outcomes)).toEqual(new Set(['200']));
        // Without a token cache, only requests that wait at the same time share one.
        expect(rs.issuer.requests.introspection).toBeLessThan(CACHES_TOKENS ? 2 : 51);
      },
    );
  });
});
