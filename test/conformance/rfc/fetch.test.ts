/**
 * Scripts of other origins. Fetch Standard, CORS protocol; RFC 9449 §7.1 on exposed fields.
 *
 * @module
 */
import { describe, expect } from 'vitest';
import { type Answer, field } from '../support/answer.js';
import type { FrontLayerAnswer, FrontRequest } from '../../support/fronts/front.js';
import { forEachFront, SHARED_RESPONSE_FRONTS } from '../../support/fronts/fronts.js';
import { type Mounting, useFixture } from '../support/fixture.js';
import { outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

const ORIGIN = 'https://app.example';
const PREFLIGHT = {
  origin: ORIGIN,
  'access-control-request-method': 'GET',
  'access-control-request-headers': 'authorization',
};

/** A CORS layer as an application mounts it before its guards. */
function cors({ method, header }: FrontRequest): FrontLayerAnswer {
  const fields = {
    'Access-Control-Allow-Origin': ORIGIN,
    Vary: 'Origin',
    'Access-Control-Expose-Headers': 'DPoP-Nonce',
  };
  const isPreflight = method === 'OPTIONS' && header('access-control-request-method') !== undefined;
  if (!isPreflight) return { fields };
  const allowed = {
    'Access-Control-Allow-Methods': 'GET, POST',
    // Fetch §4.10: a wildcard does not cover Authorization.
    'Access-Control-Allow-Headers': 'Authorization, DPoP',
  };
  return { fields, answer: { status: 204, headers: allowed } };
}

function mount({ app, api, handler }: Mounting): void {
  app.layer(cors);
  app.all('/p', api.requireScope('read'), handler);
  app.get('/optional', api.optionalAccessToken(), handler);
}

function expectReadable(answer: Answer): void {
  expect(field(answer, 'access-control-allow-origin')).toBe(ORIGIN);
  expect(field(answer, 'access-control-expose-headers')).toBe(
    'DPoP-Nonce, WWW-Authenticate, Retry-After',
  );
}

forEachFront((front) => {
  describe('guard without a CORS layer', () => {
    const rs = useFixture(front, {
      mount: ({ app, api, handler }) => {
        app.publish(api.metadata());
        app.guard('/', api.requireScope('read'));
        app.all('/p', handler);
      },
    });

    verifies('fetch#4.8/preflight-before-authentication', 'refuses a preflight', async () => {
      expect(await rs.outcome({ method: 'OPTIONS', headers: PREFLIGHT })).toBe('401-bare');
    });

    verifies('rfc9449#7.1/challenges-are-exposed', 'exposes nothing', async () => {
      const { headers } = await rs.send({ headers: { origin: ORIGIN } });
      expect(headers.filter(([name]) => name.startsWith('access-control-'))).toEqual([]);
    });

    verifies(
      'fetch#4.8/metadata-answers-preflight',
      'answers a preflight for the metadata document',
      async () => {
        const names = 'authorization, mcp-protocol-version';
        const answer = await rs.send({
          method: 'OPTIONS',
          path: '/.well-known/oauth-protected-resource',
          headers: { ...PREFLIGHT, 'access-control-request-headers': names },
        });
        expect([answer.status, answer.body]).toEqual([204, '']);
        const fields = answer.headers.filter(([name]) => name.startsWith('access-control-'));
        expect(Object.fromEntries(fields)).toEqual({
          'access-control-allow-origin': '*',
          'access-control-allow-methods': 'GET, HEAD, OPTIONS',
          'access-control-allow-headers': '*, Authorization',
          'access-control-max-age': '86400',
        });
      },
    );
  });
});

forEachFront((front) => {
  describe('guard behind a CORS layer', () => {
    const rs = useFixture(front, { mount });

    verifies(
      ['fetch#4.8/preflight-before-authentication', 'fetch#4.10/authorization-allowed-by-name'],
      'lets the layer answer a preflight without credentials',
      async () => {
        const answer = await rs.send({ method: 'OPTIONS', headers: PREFLIGHT });
        expect(answer.status).toBe(204);
        expect(answer.handlerRan).toBe(false);
        const allowed = field(answer, 'access-control-allow-headers')?.split(', ');
        expect(allowed).toEqual(['Authorization', 'DPoP']);
        expect(field(answer, 'www-authenticate')).toBeUndefined();
        expect(field(answer, 'cache-control')).toBeUndefined();
      },
    );

    verifies(
      'fetch#4.8/preflight-before-authentication',
      'exempts no other OPTIONS request',
      async () => {
        const almost: Record<string, string>[] = [
          {},
          { origin: ORIGIN },
          { origin: ORIGIN, 'access-control-request-headers': 'authorization' },
        ];
        for (const headers of almost) {
          expect(await rs.outcome({ method: 'OPTIONS', headers })).toBe('401-bare');
        }
        const headers = { origin: ORIGIN, authorization: `Bearer ${await rs.mint()}` };
        expect(await rs.outcome({ method: 'OPTIONS', headers })).toBe('200');
      },
    );

    verifies(
      ['rfc9449#7.1/challenges-are-exposed', 'fetch#4.8/preflight-before-authentication'],
      'lets scripts read why they were refused',
      async () => {
        const tokens = ['', 'a b', 'abc', await rs.mint({ scope: 'write' })];
        for (const token of tokens) {
          const authorization = token === '' ? '' : `Bearer ${token}`;
          const answer = await rs.send({ headers: { origin: ORIGIN, authorization } });
          expect(outcomeOf(answer)).not.toBe('200');
          expectReadable(answer);
          expect(field(answer, 'vary')).toBe('Origin, Authorization');
        }
      },
    );

    verifies('rfc9449#7.1/challenges-are-exposed', 'lets scripts read Retry-After', async () => {
      rs.issuer.fault('jwks', { kind: 'down' });
      await rs.issuer.rotateKey();
      const answer = await rs.send({
        headers: { origin: ORIGIN, authorization: `Bearer ${await rs.mint()}` },
      });
      rs.issuer.fault('jwks', undefined);
      expect(outcomeOf(answer)).toBe('503');
      expectReadable(answer);
    });

    verifies(
      'scopegate#caching/guarded-routes-vary',
      'keeps the Vary header of the layer',
      async () => {
        const answer = await rs.send({ path: '/optional', headers: { origin: ORIGIN } });
        expect(outcomeOf(answer)).toBe('200');
        expect(field(answer, 'vary')).toBe('Origin, Authorization');
      },
    );
  });
}, SHARED_RESPONSE_FRONTS);
