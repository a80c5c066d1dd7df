/** RFC 8725, JSON Web Token best current practices, and the draft of its successor. */
import { randomBytes } from 'node:crypto';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { createTestIssuer } from '@scopegate/testing';
import { CompactEncrypt } from 'jose';
import { expect, onTestFinished } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { openFixture, RESOURCE, useFixture } from '../support/fixture.js';
import { createSigner, encode } from '../support/signer.js';
import { claimsFor, expectOutcome, headerFor, jwkOf, type Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const ISSUER = 'https://as.example';
const signer = createSigner('ES256');
const rsa = createSigner('RS256', { kid: 'rsa' });
const anyRsa = jwkOf(rsa, { alg: undefined });
const ps256 = createSigner('PS256', { kid: 'rsa', keyPair: rsa });
const attacker = createSigner('ES256');

// RFC 8725 §3.12: other JWTs that one issuer signs with one key.
const OTHER_TYPES = [
  'logout+jwt',
  'dpop+jwt',
  'token-introspection+jwt',
  'statuslist+jwt',
  'secevent+jwt',
  'client-authentication+jwt',
  'oauth-authz-req+jwt',
  'entity-statement+jwt',
  'vc+jwt',
  'kb+jwt',
  'x-unknown+jwt',
  'jose',
  'application/logout+jwt',
  '',
];

/** Encrypts a payload; only `enc` in the header distinguishes it from a signed token. */
function encrypt(payload: string, header: Members, key: Uint8Array): Promise<string> {
  return new CompactEncrypt(Buffer.from(payload))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', ...header })
    .encrypt(key);
}

forEachExpressFront((front) => {
  const rs = useFixture(front, { server: { jwks: { keys: [signer.publicJwk, anyRsa] } } });
  const sign = (claims: Members = {}, header: Members = {}): string =>
    signer.sign(header, claimsFor(rs, claims));

  verifies(
    'rfc8725#3.1/only-named-algorithms',
    'algorithms: allows no other algorithm',
    async () => {
      const narrow = await openFixture(front, {
        server: { jwks: { keys: [signer.publicJwk, rsa.publicJwk] }, algorithms: ['ES256'] },
      });
      expect(await narrow.present(signer.sign({}, claimsFor(narrow)))).toBe('200');
      expect(await narrow.present(rsa.sign({}, claimsFor(narrow)))).toBe('401-it');
      expect(await rs.present(rsa.sign({}, claimsFor(rs)))).toBe('200');
    },
  );

  verifies(
    'rfc8725#3.1/one-algorithm-per-key',
    'key: verifies with only its own algorithm',
    async () => {
      const open = await openFixture(front, { server: { jwks: { keys: [anyRsa] } } });
      expect(await open.present(ps256.sign({}, claimsFor(open)))).toBe('200');
      const servers = [
        { jwks: { keys: [anyRsa] }, algorithms: ['RS256'] },
        { jwks: { keys: [rsa.publicJwk] } },
      ];
      for (const server of servers) {
        const one = await openFixture(front, { server });
        expect(await one.present(rsa.sign({}, claimsFor(one)))).toBe('200');
        expect(await one.present(ps256.sign({}, claimsFor(one)))).toBe('401-it');
      }
    },
  );

  verifies(
    'rfc8725bis#3.1/algorithm-fits-key-of-kid',
    'kid: the algorithm must fit the key it names',
    async () => {
      await expectOutcome(rs, '401-it', {
        'ES256 and an RSA key': sign({}, { kid: 'rsa' }),
        'RS256 and an EC key': rsa.sign({ kid: 'k1' }, claimsFor(rs)),
        'an RSA signature as ES256': rsa.sign({ alg: 'ES256' }, claimsFor(rs)),
        'an EC signature as RS256': sign({}, { alg: 'RS256', kid: 'rsa' }),
      });
    },
  );

  verifies(
    'rfc8725#3.3/encrypted-is-not-verified',
    'encrypted token: is never treated as verified',
    async () => {
      const key = randomBytes(32);
      const claims = JSON.stringify(claimsFor(rs));
      const inner = sign();
      const unsigned = `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims)}.`;
      const shared = await encrypt(inner, { cty: 'JWT', typ: 'at+jwt' }, key);
      const parts = shared.split('.');
      await expectOutcome(rs, '401-it', {
        'a signed token inside': shared,
        'claims inside': encrypt(claims, { typ: 'at+jwt' }, key),
        'an unsigned token inside': encrypt(unsigned, { cty: 'JWT' }, key),
        'to the published key': new CompactEncrypt(Buffer.from(inner))
          .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A256GCM', kid: 'rsa', cty: 'JWT' })
          .encrypt(rsa.publicKey),
        'three of five parts': parts
          .filter((part) => part !== '')
          .slice(0, 3)
          .join('.'),
        'a signed token with "enc"': sign({}, { enc: 'A256GCM', alg: 'dir' }),
        'signed parts before and behind': `${inner}.${inner.split('.').slice(1).join('.')}`,
      });
    },
  );

  verifies('rfc8725#3.7/utf-8-only', 'encodings other than UTF-8: are refused', async () => {
    const text = JSON.stringify(claimsFor(rs, { sub: 'süd' }));
    const header = JSON.stringify(headerFor(signer));
    const swapped = Buffer.from(text, 'utf16le').swap16();
    expect(await rs.present(signer.sign(header, text))).toBe('200');
    await expectOutcome(rs, '401-it', {
      'UTF-16': signer.sign({}, Buffer.from(text, 'utf16le')),
      'UTF-16, the other way': signer.sign({}, swapped),
      'UTF-16 with a mark': signer.sign({}, Buffer.from(`\ufeff${text}`, 'utf16le')),
      'Latin-1': signer.sign({}, Buffer.from(text, 'latin1')),
      'a header in UTF-16': signer.sign(Buffer.from(header, 'utf16le'), text),
    });
  });

  verifies(
    'rfc8725#3.8/key-of-own-issuer-only',
    "several issuers: verifies with keys of the token's own issuer",
    async () => {
      const [one, other] = await Promise.all(
        ['/one', '/other'].map(async (path) => {
          const issuer = await createTestIssuer({ audience: RESOURCE, alg: 'ES256', path });
          onTestFinished(() => issuer.close());
          return issuer;
        }),
      );
      if (one === undefined || other === undefined) throw new Error('two issuers are needed');
      const api = front.createResourceServer({
        issuers: [{ issuer: one.issuer }, { issuer: other.issuer }],
        audience: RESOURCE,
        clock: one.clock,
      });
      const both = await openFixture(front, {
        mount: ({ app, handler }) => {
          app.get('/p', api.requireScope('read'), handler);
        },
      });
      const [keys, others] = await Promise.all([one.publicKeys(), other.publicKeys()]);
      expect(keys.map(({ kid }) => kid)).toEqual(others.map(({ kid }) => kid));
      const scope = 'read';
      for (const kid of ['key-1', undefined]) {
        const header = { kid };
        await expectOutcome(both, '200', {
          one: one.mint({ scope, header }),
          other: other.mint({ scope, header }),
        });
        await expectOutcome(both, '401-it', {
          'one as other': one.mint({ scope, header, claims: { iss: other.issuer } }),
          'other as one': other.mint({ scope, header, claims: { iss: one.issuer } }),
        });
      }
    },
  );

  verifies('rfc8725#3.9/missing-audience-refused', 'missing aud: is refused', async () => {
    expect(await rs.present(sign({ aud: undefined }))).toBe('401-it');
    expect(await rs.present(sign({ aud: undefined, resource: RESOURCE }))).toBe('401-it');
  });

  verifies(
    'rfc8725#3.10/kid-is-only-looked-up',
    'kid: is looked up and not used otherwise',
    async () => {
      const fetching = await openFixture(front);
      expect(await fetching.present(await fetching.mint())).toBe('200');
      const asked = fetching.issuer.requests.jwks;
      const kids = [
        '../../etc/passwd',
        "' OR 1=1 --",
        '__proto__',
        'constructor',
        'toString',
        'ES256',
        'x'.repeat(10_000),
        '\u0000',
        'a\r\nSet-Cookie: a=b',
        '日本',
        '"quoted"',
        'https://evil.example',
      ];
      for (const kid of kids) {
        const token = attacker.sign({ kid }, claimsFor(fetching));
        const answer = await fetching.send({ headers: { authorization: `Bearer ${token}` } });
        expect(answer.status, kid.slice(0, 20)).toBe(401);
        const fields = answer.headers.map(([, value]) => value).join('\n');
        expect(`${fields}\n${answer.body}`).not.toContain(kid.slice(0, 9));
        expect(await fetching.present(token)).toBe('401-it');
      }
      expect(fetching.issuer.requests.jwks - asked).toBe(4);
      expect(await fetching.present(await fetching.mint())).toBe('200');
    },
  );

  verifies(
    'rfc8725#3.12/other-kinds-of-jwt-refused',
    'other kinds of JWT: are refused, even with the same key',
    async () => {
      for (const typ of OTHER_TYPES) {
        expect(await rs.present(sign({}, { typ })), typ).toBe('401-it');
      }
      for (const typ of ['JWT', undefined]) {
        await expectOutcome(rs, '401-it', {
          'an ID token': sign({ nonce: 'n', scope: undefined }, { typ }),
          'an ID token with azp': sign(
            { nonce: 'n', client_id: undefined, scope: undefined, azp: 'test-client' },
            { typ },
          ),
          'an ID token with nonce and at_hash': sign({ nonce: 'n', at_hash: 'h' }, { typ }),
          'an ID token with at_hash': sign({ at_hash: 'h' }, { typ }),
          'an ID token with c_hash': sign({ c_hash: 'h' }, { typ }),
          'an ID token of Cognito': sign({ token_use: 'id' }, { typ }),
          'an ID token of Keycloak': sign({ typ: 'ID' }, { typ }),
          'an ID token of the plainest kind': sign(
            { client_id: undefined, scope: undefined },
            { typ },
          ),
          'a logout token': sign({ events: {} }, { typ }),
          'a refresh token of Keycloak': sign({ typ: 'Refresh' }, { typ }),
          'an offline token of Keycloak': sign({ typ: 'Offline' }, { typ }),
        });
        // These identify an access token.
        expect(await rs.present(sign({}, { typ }))).toBe('200');
        expect(await rs.present(sign({ nonce: 'n' }, { typ }))).toBe('200');
      }
      await expectOutcome(rs, '401-it', {
        'an ID token': rs.issuer.forge.idToken({ scope: 'read' }),
        'another audience': sign({ aud: 'client-1', azp: 'client-1', nonce: 'n' }, { typ: 'JWT' }),
      });
    },
  );

  verifies(
    'rfc8725bis#3.14/other-characters-refused-unread',
    'characters outside base64url and dots: are refused',
    async () => {
      const token = sign();
      for (const character of ['=', '+', '/', '~']) {
        await expectOutcome(rs, '401-it', { [`${character} behind`]: `${token}${character}` });
      }
      const odd = ['{', '}', '"', '\\', ',', ';', '%', '*', '(', ':', '\u00e9', '\u00a0', '=.'];
      for (const character of odd) {
        await expectOutcome(rs, '400-ir', {
          [`${character} before`]: `${character}${token}`,
          [`${character} within`]: token.replace('.', `.${character}`),
        });
      }
    },
  );
});

/** Options that plain JavaScript can pass; TypeScript rejects them. */
function create(options: Members): ReturnType<typeof createAccessTokenVerifier> {
  const base = { issuer: ISSUER, audience: RESOURCE };
  return createAccessTokenVerifier({ ...base, ...options });
}

verifies(
  'rfc8725#3.1/only-named-algorithms',
  'algorithms: rejects an empty array and unknown names',
  () => {
    const lists = [[], 'ES256', ['es256'], [undefined], null, ['HS256'], ['RSA-OAEP'], {}];
    for (const algorithms of lists) {
      expect(() => create({ algorithms }), JSON.stringify(algorithms)).toThrow(TypeError);
    }
  },
);

verifies(
  'rfc8725#3.8/subject-with-its-issuer',
  'subject: is reported together with its issuer',
  async () => {
    const issuers = [ISSUER, 'https://other.example'].map((issuer) => ({
      issuer,
      jwks: { keys: [signer.publicJwk] },
    }));
    const verifier = createAccessTokenVerifier({ audience: RESOURCE, issuers });
    const exp = Math.floor(Date.now() / 1000) + 60;
    for (const { issuer } of issuers) {
      const claims = { iss: issuer, aud: RESOURCE, exp, sub: 'alice', scope: 'read' };
      const token = await verifier.verify(signer.sign({}, claims));
      expect(token).toMatchObject({
        issuer,
        subject: 'alice',
        claims: { iss: issuer, sub: 'alice' },
      });
    }
  },
);

/** Serves documents by URL and records the requests. */
function createNetwork(documents: Readonly<Record<string, unknown>>): {
  readonly fetch: typeof fetch;
  readonly asked: readonly string[];
} {
  const asked: string[] = [];
  const serve: typeof fetch = (input) => {
    const url = input instanceof Request ? input.url : String(input);
    asked.push(url);
    return Promise.resolve(
      Response.json(documents[url] ?? {}, { status: url in documents ? 200 : 404 }),
    );
  };
  return { fetch: serve, asked };
}

verifies(
  'rfc8725bis#3.10/public-issuer-not-into-network',
  'metadata of a public issuer: leads no request into the local network',
  async () => {
    const metadataUrl = `${ISSUER}/.well-known/oauth-authorization-server`;
    const openidUrl = `${ISSUER}/.well-known/openid-configuration`;
    const internal = [
      'https://127.0.0.1/jwks',
      'https://127.1.2.3/',
      'https://localhost/jwks',
      'https://as.localhost/jwks',
      'https://localhost./jwks',
      'https://[::1]/jwks',
      'https://169.254.169.254/latest/meta-data',
      'https://10.0.0.1/',
      'https://192.168.1.1/',
      'https://172.16.0.1/',
      'https://100.64.0.1/',
      'https://0.0.0.0/',
      'https://[fe80::1]/',
      'https://[fd00::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://2130706433/',
      'https://0x7f.1/',
      'http://as.example/jwks',
      'http://127.0.0.1/jwks',
      'file:///etc/passwd',
      'data:,{}',
      'ftp://as.example/jwks',
      '/jwks',
      '',
      'jwks',
      5,
      null,
      ['https://as.example/jwks'],
      undefined,
    ];
    for (const jwksUri of internal) {
      const network = createNetwork({ [metadataUrl]: { issuer: ISSUER, jwks_uri: jwksUri } });
      const verifier = create({ fetch: network.fetch });
      await expect(verifier.ready(), String(jwksUri)).rejects.toMatchObject({
        code: 'ERR_KEY_SET_UNAVAILABLE',
        cause: { code: 'ERR_KEY_SET_MALFORMED', reason: 'jwks_uri' },
      });
      verifier.close();
      expect(network.asked).toEqual([metadataUrl, openidUrl]);
    }
    const jwksUri = `${ISSUER}/jwks`;
    const network = createNetwork({
      [metadataUrl]: { issuer: ISSUER, jwks_uri: jwksUri },
      [jwksUri]: { keys: [signer.publicJwk] },
    });
    const verifier = create({ fetch: network.fetch });
    await expect(verifier.ready()).resolves.toBeUndefined();
    verifier.close();
    expect(network.asked).toEqual([metadataUrl, jwksUri]);
  },
);
