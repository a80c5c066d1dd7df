/**
 * Best current practice for resource servers. RFC 9700, RFC 8996.
 *
 * @module
 */
import { Agent, request } from 'node:http';
import { DEFAULT_MIN_VERSION } from 'node:tls';
import type { TokenOverrides } from '@scopegate/testing';
import { describe, expect, onTestFinished } from 'vitest';
import { field } from '../support/answer.js';
import { readSources, RESOURCE_SERVER_PACKAGES } from '../support/package-sources.js';
import type { FrontGuard } from '../../support/fronts/front.js';
import { forEachExpressFront, forEachFront } from '../../support/fronts/fronts.js';
import { type Fixture, openFixture, RESOURCE, useFixture } from '../support/fixture.js';
import { outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

/** Sends requests one after the other on the same connection. */
async function statusesOnOneConnection(
  { port }: Fixture,
  tokens: readonly string[],
): Promise<readonly (number | undefined)[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => {
    agent.destroy();
  });
  const statuses: (number | undefined)[] = [];
  for (const token of tokens) {
    const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
    statuses.push(
      await new Promise((resolve, reject) => {
        request({ port, host: '127.0.0.1', path: '/p', agent, headers }, (answer) => {
          answer.resume().on('end', () => {
            resolve(answer.statusCode);
          });
        })
          .on('error', reject)
          .end();
      }),
    );
  }
  return statuses;
}

/** Sends the header fields of proxies, some with a token that is valid for `GET /p`. */
async function expectForwardingIgnored(rs: Fixture): Promise<void> {
  const token = await rs.mint();
  const headers = {
    forwarded: 'for=1.2.3.4;host=evil.example;proto=https',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-access-token': token,
    'x-forwarded-authorization': `Bearer ${token}`,
    'x-access-token': token,
    'proxy-authorization': `Bearer ${token}`,
    'x-forwarded-user': 'admin',
    'x-auth-request-user': 'admin',
  };
  const answer = await rs.send({ headers });
  expect(outcomeOf(answer)).toBe('401-bare');
  expect(field(answer, 'www-authenticate')).toBe(field(await rs.send(), 'www-authenticate'));
}

forEachFront((front) => {
  describe('each request', () => {
    const rs = useFixture(front);

    verifies(
      'rfc9700#2.3/audience-checked-per-request',
      'is checked on a warm connection',
      async () => {
        const good = await rs.mint();
        const foreign = await rs.issuer.forge.wrongAudience({ scope: 'read' });
        const statuses = await statusesOnOneConnection(rs, [good, foreign, good, '', good, 'abc']);
        expect(statuses).toEqual([200, 401, 200, 401, 200, 401]);
      },
    );

    verifies(
      'rfc9700#2.3/audience-checked-per-request',
      'is checked with a warm cache',
      async () => {
        const claims = { jti: 'one-and-the-same', iat: 1, nbf: 1 };
        const good = await rs.mint({ claims });
        expect([await rs.present(good), await rs.present(good)]).toEqual(['200', '200']);
        const [header = '', payload = '', signature = ''] = good.split('.');
        const other = await rs.mint({ audience: 'https://other.example', claims });
        const [, otherPayload = '', otherSignature = ''] = other.split('.');
        const kin = [
          other,
          `${header}.${otherPayload}.${signature}`,
          `${header}.${payload}.${otherSignature}`,
          `${header}.${payload}.`,
          `${header}.${payload}`,
          good.slice(0, -1),
          good.slice(1),
          `${good}A`,
          `${good}=`,
          `${good}.`,
          good.toLowerCase(),
        ];
        for (const token of kin) expect(await rs.present(token), token).toBe('401-it');
        expect(await rs.present(good)).toBe('200');
      },
    );

    verifies(
      'scopegate#isolation/servers-share-no-decision',
      'is checked by its own resource server only',
      async () => {
        const { issuer } = rs;
        const trust = issuer.options({ audience: RESOURCE });
        const policies: readonly (readonly [server: object, outcome: string])[] = [
          [trust, '200'],
          [{ ...trust, audience: 'https://rs.example/other' }, '401-it'],
          [{ ...trust, maxLifetimeSeconds: 1 }, '401-it'],
          [{ ...trust, algorithms: ['RS256'] }, '401-it'],
          [{ ...trust, scopeClaims: ['permissions'] }, '403-is'],
          [{ ...trust, clock: () => issuer.clock() + 86_400_000 }, '401-it'],
          [{ ...trust, issuer: 'https://as.example' }, '401-it'],
        ];
        const token = await rs.mint();
        const fixtures = await Promise.all(
          policies.map(([server]) => openFixture(front, { server: () => server })),
        );
        for (let round = 0; round < 2; round += 1) {
          for (const [place, [, outcome]] of policies.entries()) {
            expect(await fixtures[place]?.present(token), `policy ${place}`).toBe(outcome);
          }
        }
      },
    );

    verifies(
      'scopegate#isolation/servers-share-no-decision',
      'with a token of one resource server passes no other',
      async () => {
        const { issuer } = rs;
        const fixture = await openFixture(front, {
          server: () => issuer.options({ audience: RESOURCE }),
          mount: ({ app, api, handler }) => {
            const other = front.createResourceServer(
              issuer.options({ audience: 'https://other.example' }),
            );
            app.get('/both', api.requireAccessToken(), other.requireAccessToken(), handler);
          },
        });
        const ask = async (overrides: TokenOverrides): Promise<string> => {
          const headers = { authorization: `Bearer ${await rs.mint(overrides)}` };
          return fixture.outcome({ path: '/both', headers }, { tokenScope: undefined });
        };
        expect(await ask({})).toBe('401-it');
        expect(await ask({ audience: [RESOURCE, 'https://other.example'] })).toBe('200');
      },
    );
  });

  describe('each route', () => {
    const guards: FrontGuard[] = [];
    const rs = useFixture(front, {
      mount: ({ app, api, handler }) => {
        const [read, write] = [api.requireScope('read'), api.requireScope('write')];
        guards.push(read, write);
        app.guard('/v1', api.requireAccessToken());
        app.get('/v1/p', read, handler);
        app.post('/v1/p', write, handler);
        app.delete('/v1/p', handler);
      },
    });

    verifies(
      'rfc9700#2.3/route-and-method-checked',
      'requires what its own method needs',
      async () => {
        const headers = { authorization: `Bearer ${await rs.mint()}` };
        const path = '/v1/p';
        expect(await rs.outcome({ path, headers })).toBe('200');
        expect(await rs.outcome({ path, headers, method: 'HEAD' })).toBe('200');
        expect(await rs.outcome({ path, headers, method: 'POST' }, { scope: 'write' })).toBe(
          '403-is',
        );
        expect(await rs.outcome({ path, headers, method: 'DELETE' })).toBe('200');
        expect(await rs.outcome({ path, method: 'DELETE' }, { tokenScope: undefined })).toBe(
          '401-bare',
        );
      },
    );

    verifies(
      'rfc9700#2.3/route-and-method-checked',
      'ignores headers that name another method',
      async () => {
        const headers = {
          authorization: `Bearer ${await rs.mint()}`,
          'x-http-method-override': 'GET',
          'x-original-url': '/v1/p',
        };
        const request = { path: '/v1/p?_method=GET', headers, method: 'POST' };
        expect(await rs.outcome(request, { scope: 'write' })).toBe('403-is');
      },
    );

    verifies(
      'rfc9700#2.3/route-and-method-checked',
      'has guards whose requirements can be listed',
      () => {
        expect(guards.map(({ policy }) => policy)).toEqual([
          expect.objectContaining({
            authentication: 'required',
            scope: { kind: 'allOf', parts: ['read'] },
          }),
          expect.objectContaining({
            authentication: 'required',
            scope: { kind: 'allOf', parts: ['write'] },
          }),
        ]);
      },
    );
  });

  describe('forwarding header fields', () => {
    const rs = useFixture(front, {
      mount: ({ app, api, handler }) => {
        app.publish(api.metadata());
        app.get('/p', api.requireScope('read'), handler);
      },
    });

    verifies('rfc9700#4.13/proxy-fields-change-nothing', 'change nothing', async () => {
      await expectForwardingIgnored(rs);
    });
  });
});

forEachExpressFront((front) => {
  describe('forwarding header fields, trust proxy', () => {
    const rs = useFixture(front, {
      mount: ({ app, api, handler }) => {
        app.express((native) => native.set('trust proxy', true));
        app.publish(api.metadata());
        app.get('/p', api.requireScope('read'), handler);
      },
    });

    verifies('rfc9700#4.13/proxy-fields-change-nothing', 'change nothing', async () => {
      await expectForwardingIgnored(rs);
    });
  });
});

describe('sources of the packages', () => {
  verifies(
    'rfc8996#4/tls-never-lowered',
    'never lower the TLS version or turn off certificate checks',
    () => {
      const sources = readSources([...RESOURCE_SERVER_PACKAGES, 'client']);
      expect(sources.length).toBeGreaterThan(40);
      const lowering =
        /rejectUnauthorized|NODE_TLS_REJECT|minVersion|secureProtocol|secureOptions|ciphers|checkServerIdentity/;
      expect(sources.filter((text) => lowering.test(text))).toEqual([]);
      expect(['TLSv1.2', 'TLSv1.3']).toContain(DEFAULT_MIN_VERSION);
    },
  );
});
