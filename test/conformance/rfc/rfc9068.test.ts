/** RFC 9068, JWT access tokens. */
import {
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
} from '@scopegate/access-token';
import { createResourceServer } from '@scopegate/express';
import { createTestIssuer, forgeries } from '@scopegate/testing';
import { expect, onTestFinished } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { openFixture, RESOURCE, useFixture } from '../support/fixture.js';
import { createSigner } from '../support/signer.js';
import { claimsFor, expectOutcome, type Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const signer = createSigner('ES256');
const jwks = { keys: [signer.publicJwk] };
const STRICT = { typ: 'at+jwt' } as const;

const TYPES = ['at+jwt', 'AT+JWT', 'At+Jwt', 'application/at+jwt', 'Application/AT+JWT'];
const OTHER_TYPES = [
  'at+jwt; v=1',
  'at+jwt;',
  'x/at+jwt',
  'jwt+at',
  'at+jwt ',
  ' at+jwt',
  'at jwt',
  'at+jwts',
  'application/application/at+jwt',
  '/at+jwt',
  'application/',
  '',
  1,
  null,
  true,
  ['at+jwt'],
  {},
];

const REQUIRED_CLAIMS = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'];

forEachExpressFront((front) => {
  const strict = useFixture(front, { server: STRICT });
  const auto = useFixture(front);

  verifies('rfc9068#4/typ-is-at-jwt', 'typ: accepts at+jwt as a media type', async () => {
    for (const rs of [strict, auto]) {
      for (const typ of TYPES) {
        expect(await rs.present(await rs.mint({ header: { typ } })), typ).toBe('200');
      }
      for (const typ of OTHER_TYPES) {
        const label = JSON.stringify(typ);
        expect(await rs.present(await rs.mint({ header: { typ } })), label).toBe('401-it');
      }
    }
  });

  verifies(
    'rfc9068#4/typ-is-at-jwt',
    'typ: accepts JWT and no typ unless the option excludes them',
    async () => {
      for (const typ of ['JWT', 'jwt', 'application/jwt', undefined]) {
        const header = { typ };
        expect(await strict.present(await strict.mint({ header })), typ).toBe('401-it');
        expect(await auto.present(await auto.mint({ header })), typ).toBe('200');
        const claims = { client_id: undefined, scope: undefined };
        expect(await auto.present(await auto.mint({ header, claims })), typ).toBe('401-it');
      }
    },
  );

  verifies('rfc9068#4/encrypted-tokens-refused', 'encrypted token: is refused', async () => {
    for (const rs of [strict, auto]) {
      expect(await rs.present(await rs.issuer.forge.encrypted({ scope: 'read' }))).toBe('401-it');
    }
  });

  verifies(
    'rfc9068#4/issuer-key-and-signature',
    'iss: accepts only tokens of the issuer, signed by its key',
    async () => {
      const { issuer, mint } = strict;
      const scope = 'read';
      expect(await strict.present(await mint())).toBe('200');
      await expectOutcome(strict, '401-it', {
        'another issuer': issuer.forge.wrongIssuer({ scope }),
        'a slash more': issuer.forge.issuerWithSlash({ scope }),
        'no issuer': issuer.forge.noIssuer({ scope }),
        'an unknown key': issuer.forge.unknownKey({ scope }),
        "another key under the issuer's kid": issuer.forge.foreignKey({ scope }),
        unsigned: issuer.forge.algNone({ scope }),
      });
    },
  );

  verifies(
    'rfc9068#4/audience-names-this-resource',
    'aud: accepts only tokens for this resource',
    async () => {
      const scope = 'read';
      const { forge } = strict.issuer;
      await expectOutcome(strict, '401-it', {
        'another audience': forge.wrongAudience({ scope }),
        'an audience that begins the same': forge.lookalikeAudience({ scope }),
        'no audience': forge.noAudience({ scope }),
      });
      const several = await openFixture(front, {
        server: { ...STRICT, audience: ['urn:a', 'urn:b'] },
      });
      const expected = { scope: 'read', realm: 'urn:a' };
      for (const aud of ['urn:a', 'urn:b', ['x', 'urn:b']]) {
        expect(await several.present(await several.mint({ claims: { aud } }), expected)).toBe(
          '200',
        );
      }
      expect(await several.present(await several.mint(), expected)).toBe('401-it');
    },
  );

  verifies('rfc9068#4/exp-required-and-in-future', 'exp: must be in the future', async () => {
    const scope = 'read';
    const { forge } = strict.issuer;
    for (const rs of [strict, auto]) {
      expect(await rs.present(await rs.mint({ claims: { exp: undefined } }))).toBe('401-it');
    }
    await expectOutcome(strict, '401-it', {
      'no exp': forge.noExpiry({ scope }),
      expired: forge.expired({ scope }),
      'a string': forge.expiryAsString({ scope }),
      infinite: forge.infiniteExpiry({ scope }),
    });
  });

  verifies(
    'rfc9068#4/failed-check-is-invalid-token',
    'failed check: is answered with invalid_token',
    async () => {
      const rsaIssuer = await openFixture(front, { server: STRICT, issuer: { alg: 'RS256' } });
      for (const rs of [strict, rsaIssuer]) {
        const { forge } = rs.issuer;
        const outcomes: Record<string, string> = {};
        for (const { name } of forgeries) {
          // The signature is over the padded segment, but credentials cannot contain such padding.
          const token = await forge[name]({ scope: 'read' });
          outcomes[name] = await rs.present(token);
        }
        const expected = Object.fromEntries(forgeries.map(({ name }) => [name, '401-it']));
        expect(outcomes).toEqual({ ...expected, paddedSegment: '400-ir' });
      }
    },
  );

  verifies(
    'rfc9068#2.2/required-claims-of-at-jwt',
    'required claims of RFC 9068: are required with typ at+jwt',
    async () => {
      for (const name of REQUIRED_CLAIMS) {
        const token = await strict.mint({ claims: { [name]: undefined } });
        expect(await strict.present(token), name).toBe('401-it');
      }
      for (const name of ['sub', 'client_id', 'iat', 'jti']) {
        const token = await auto.mint({ claims: { [name]: undefined } });
        expect(await auto.present(token), name).toBe('200');
      }
    },
  );

  verifies('rfc9068#2.1/rs256-by-default', 'RS256: is accepted by default', async () => {
    const rs = await openFixture(front, { issuer: { alg: 'RS256' } });
    expect(await rs.present(await rs.mint())).toBe('200');
  });

  verifies('rfc9068#4/granting-claims-decide', 'claims that grant something: decide', async () => {
    expect(await auto.present(await auto.mint({ scope: 'write' }))).toBe('403-is');
    const asList = { claims: { scope: ['read'] } };
    expect(await auto.present(await auto.mint(asList))).toBe('200');
    expect(await strict.present(await strict.mint(asList))).toBe('401-it');
    const nested = await openFixture(front, { server: { scopeClaims: ['realm.roles'] } });
    for (const [realm, outcome] of [
      [{ roles: ['read'] }, '200'],
      [{ roles: ['write'] }, '403-is'],
      [['read'], '403-is'],
      [{ roles: [5] }, '401-it'],
    ] as const) {
      expect(await nested.present(await nested.mint({ claims: { realm } }))).toBe(outcome);
    }
    const roles = await openFixture(front, { server: { scopeClaims: ['roles'] } });
    const present = async (claims: Members): Promise<string> =>
      roles.present(await roles.mint({ claims }));
    expect(await present({ roles: ['write', 'read'] })).toBe('200');
    for (const other of [['readonly'], ['READ'], ['rea', 'd'], ['write read'], [], ['read ']]) {
      expect(await present({ roles: other, scope: 'read' }), String(other)).toBe('403-is');
    }
    for (const malformed of [{ read: true }, ['read', 1], 5, null, true]) {
      expect(await present({ roles: malformed }), JSON.stringify(malformed)).toBe('401-it');
    }
  });

  verifies(
    'rfc9068#5/client-distinct-from-user',
    'principal: keeps clients from routes for users',
    async () => {
      const principal = async (kind: 'user' | 'client'): Promise<typeof auto> =>
        openFixture(front, {
          mount: ({ app, api, handler }) => {
            app.get('/p', api.require({ scope: 'read', principal: kind }), handler);
          },
        });
      const [users, clients] = [await principal('user'), await principal('client')];
      const none = { scope: undefined };
      for (const [claims, isClient] of [
        [{ sub: 'c', client_id: 'c' }, true],
        [{ sub: 'alice', client_id: 'c' }, false],
      ] as const) {
        const [forUsers, forClients] = [
          await users.mint({ claims }),
          await clients.mint({ claims }),
        ];
        expect(await users.present(forUsers, none)).toBe(isClient ? '403-is' : '200');
        expect(await clients.present(forClients, none)).toBe(isClient ? '200' : '403-is');
      }
      // A caller that cannot be determined is neither.
      for (const claims of [{ sub: undefined }, { client_id: undefined }]) {
        expect(await users.present(await users.mint({ claims }), none)).toBe('403-is');
        expect(await clients.present(await clients.mint({ claims }), none)).toBe('403-is');
      }
    },
  );
});

verifies(
  'rfc9068#5/client-distinct-from-user',
  'principal: distinguishes a client from a user',
  async () => {
    const issuer = 'https://as.example';
    const verifier = createAccessTokenVerifier({ issuer, audience: RESOURCE, jwks });
    const exp = Math.floor(Date.now() / 1000) + 60;
    const principalOf = async (claims: Members): Promise<string> => {
      const token = signer.sign({}, { iss: issuer, aud: RESOURCE, exp, ...claims });
      return (await verifier.verify(token)).principal;
    };
    expect(await principalOf({ sub: 'c', client_id: 'c' })).toBe('client');
    expect(await principalOf({ sub: 'alice', client_id: 'c' })).toBe('user');
    expect(await principalOf({ sub: 'alice' })).toBe('unknown');
    expect(await principalOf({ client_id: 'c' })).toBe('unknown');
  },
);

verifies('rfc9068#4/audience-names-this-resource', 'audience option: is required', async () => {
  const issuer = await createTestIssuer({ alg: 'ES256' });
  onTestFinished(() => issuer.close());
  const audiences = [undefined, '', [], [''], null, 5, {}, ['x', undefined], [['x']]];
  for (const audience of audiences) {
    const options = { issuer: issuer.issuer, audience } as unknown as AccessTokenVerifierOptions;
    expect(() => createAccessTokenVerifier(options), JSON.stringify(audience)).toThrow(
      /"audience"/,
    );
    expect(() => createResourceServer(options), JSON.stringify(audience)).toThrow(/"audience"/);
  }
  const { issuer: name } = issuer;
  const withoutAudience = { issuer: name } as unknown as AccessTokenVerifierOptions;
  expect(() => createAccessTokenVerifier(withoutAudience)).toThrow(/"audience"/);
});

verifies(
  'rfc9068#4/granting-claims-decide',
  'roles and entitlements: are reported unchanged',
  async () => {
    const issuer = 'https://as.example';
    const verifier = createAccessTokenVerifier({
      issuer,
      audience: RESOURCE,
      jwks,
      scopeClaims: ['roles', 'entitlements'],
    });
    const exp = Math.floor(Date.now() / 1000) + 60;
    const roles = ['admin', 'a b'];
    const entitlements = 'x y';
    const claims = {
      iss: issuer,
      aud: RESOURCE,
      exp,
      roles,
      entitlements,
      groups: ['g'],
      scope: 's',
    };
    const token = await verifier.verify(signer.sign({}, claims));
    expect(token.claims).toMatchObject({ roles, groups: ['g'] });
    expect([...token.scopes].sort()).toEqual(['a b', 'admin', 'x', 'y']);
  },
);

forEachExpressFront((front) => {
  const rs = useFixture(front, { server: { jwks } });

  verifies(
    'rfc9068#4/failed-check-is-invalid-token',
    'failed check: is not hidden by sufficient scope',
    async () => {
      const sign = (claims: Members): string =>
        signer.sign({}, claimsFor(rs, { scope: 'other', ...claims }));
      await expectOutcome(rs, '401-it', {
        expired: sign({ exp: 1 }),
        'another audience': sign({ aud: 'x' }),
        'bound to a key': sign({ cnf: { jkt: 'x' } }),
      });
      expect(await rs.present(sign({}))).toBe('403-is');
    },
  );
});
