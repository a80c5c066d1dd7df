/** RFC 7519, JSON Web Token. */
import {
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  type VerifiedAccessToken,
} from '@scopegate/access-token';
import { expect } from 'vitest';
import type { Front } from '../../support/fronts/front.js';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { type Fixture, openFixture, RESOURCE, useFixture } from '../support/fixture.js';
import { createSigner } from '../support/signer.js';
import { claimsFor, expectOutcome, headerFor, type Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const ISSUER = 'https://as.example';
const signer = createSigner('ES256');
const jwks = { keys: [signer.publicJwk] };
const YEAR = 365 * 24 * 3600;

const nowOf = (rs: Fixture): number => rs.issuer.clock() / 1000;

/** A resource server with a chosen issuer identifier, and a signer of its tokens. */
async function openNamed(
  front: Front,
  names: { readonly issuer?: string; readonly audience?: string },
): Promise<{ rs: Fixture; sign: (claims: Members) => string }> {
  const { issuer = ISSUER, audience = RESOURCE } = names;
  const rs = await openFixture(front, {
    server: ({ clock }) => ({ issuer, audience, clock, jwks }),
  });
  const sign = (claims: Members): string =>
    signer.sign({}, claimsFor(rs, { iss: issuer, aud: audience, ...claims }));
  return { rs, sign };
}

/** The result for a payload that is written octet by octet. */
function verify(payload: string, options: Members = {}): Promise<VerifiedAccessToken> {
  const base = { issuer: ISSUER, audience: RESOURCE, jwks, clock: () => 1_000_000_000_000 };
  const verifier = createAccessTokenVerifier({ ...base, ...options });
  return verifier.verify(signer.sign({}, payload));
}

const CLAIMS = {
  iss: ISSUER,
  aud: RESOURCE,
  exp: 1_000_000_300,
  iat: 1_000_000_000,
  sub: 's',
  client_id: 'c',
  scope: 'read',
};

forEachExpressFront((front) => {
  const rs = useFixture(front, { server: { jwks } });
  const exact = useFixture(front, { server: { jwks, clockToleranceSeconds: 0 } });
  const sign = (claims: Members, at = rs): string => signer.sign({}, claimsFor(at, claims));
  const signText = (payload: string | Uint8Array): string => signer.sign({}, payload);
  const good = (): string => JSON.stringify(claimsFor(rs));

  verifies('rfc7519#4/no-duplicate-claim', 'duplicate claim: is refused', async () => {
    const future = Math.floor(nowOf(rs)) + 300;
    expect(await rs.present(signText(good()))).toBe('200');
    await expectOutcome(rs, '401-it', {
      'past, then future': signText(good().replace('{', '{"exp":1,')),
      'future, then past': signText(good().replace(/}$/, ',"exp":1}')),
      'the same twice': signText(good().replace('{', `{"exp":${future},`)),
      'another spelling of the name': signText(good().replace('{', '{"\\u0065xp":1,')),
      'a claim that means nothing here': signText(good().replace('{', '{"x":1,"x":1,')),
      'a member of a claim': signText(good().replace('{', '{"x":{"y":1,"y":1},')),
      'a member in a list': signText(good().replace('{', '{"x":[{"":1,"":1}],')),
      // A parser that keeps one of them would see one member.
      'behind a quote': signText(good().replace('{', '{"x":"\\\\","x":"\\"{"')),
    });
    // The apparent second name is part of a string.
    const decoy = {
      x: '","exp":1,"',
      'y":1,"exp': ':{"exp":1}',
      z: '\\',
      list: [{ a: 1 }, { a: 2 }],
    };
    expect(await rs.present(sign(decoy))).toBe('200');
  });

  verifies('rfc7519#4/unknown-claims-ignored', 'unknown claim: is ignored', async () => {
    await expectOutcome(rs, '200', {
      object: sign({ foo: { a: 1 } }),
      list: sign({ foo: [null, [[]], { b: {} }] }),
      'a URI': sign({ 'https://as.example/claims/x': 'y' }),
      'an empty name': sign({ '': 1 }),
      'other languages': sign({ naïve: '日本', '🔑': '🔒' }),
    });
  });

  verifies(
    'rfc7519#4/javascript-names-are-data',
    'inherited property: is not a claim',
    async () => {
      const { scope, iss, exp, ...others } = claimsFor(rs);
      const polluted = (members: Members, hidden: Members): string =>
        signText(`{"__proto__":${JSON.stringify(hidden)},${JSON.stringify(members).slice(1)}`);
      await expectOutcome(rs, '401-it', {
        'an inherited issuer': polluted({ ...others, scope, exp }, { iss }),
        'an inherited expiry': polluted({ ...others, scope, iss }, { exp }),
        'an inherited scope': polluted({ ...others, iss, exp }, { scope }),
        'inside a claim': sign({ x: JSON.parse('{"__proto__":{"scope":"read"}}') as unknown }),
      });
      expect(await rs.present(sign({ scope: undefined }))).toBe('403-is');
      await expectOutcome(rs, '200', {
        constructor: sign({ constructor: { prototype: { scope: 'x' } } }),
        toString: sign({ toString: 'x', valueOf: 1, hasOwnProperty: null, prototype: {} }),
      });
      expect(await rs.present(sign({ scope: 'constructor __proto__ toString' }))).toBe('403-is');
    },
  );

  verifies(
    'rfc7519#7.2/payload-is-one-json-object',
    'payload: must be one JSON object in UTF-8',
    async () => {
      const notUtf8 = Buffer.from(good().replace('{', '{"x":"\xff",'), 'latin1');
      const surrogate = Buffer.concat([
        Buffer.from('{"x":"'),
        Buffer.from('eda080', 'hex'),
        Buffer.from(`",${good().slice(1)}`),
      ]);
      await expectOutcome(rs, '401-it', {
        'an array': signText(`[${good()}]`),
        'a string': signText(JSON.stringify(good())),
        'an empty string': signText('""'),
        nothing: signText(''),
        null: signText('null'),
        'a number': signText('1'),
        true: signText('true'),
        'not UTF-8': signText(notUtf8),
        'half a character': signText(surrogate),
        'overlong UTF-8': signText(Buffer.from(good().replace('{', '{"x":"\xc0\xaf",'), 'latin1')),
        'a byte order mark': signText(`\ufeff${good()}`),
        'single quotes': signText(good().replaceAll('"', "'")),
        'a trailing comma': signText(good().replace(/}$/, ',}')),
        'a bare NaN': signText(good().replace('{', '{"x":NaN,')),
        'cut short': signText(good().slice(0, -1)),
        'nested without end': signText(good().replace('{', `{"x":${'['.repeat(4000)}`)),
        'nested too deep': signText(
          good().replace('{', `{"x":${'['.repeat(999)}${']'.repeat(999)},`),
        ),
      });
    },
  );

  verifies('rfc7519#4.1.1/iss-equals-issuer', 'iss: is compared octet by octet', async () => {
    const { issuer } = rs.issuer;
    const others = [
      `${issuer}/`,
      issuer.toUpperCase(),
      issuer.replace('http', 'HTTP'),
      ` ${issuer}`,
      [issuer],
      { iss: issuer },
      5,
      null,
      '',
      undefined,
      `${issuer}#`,
      `${issuer}?`,
      issuer.replace('127.0.0.1', '127.0.0.%31'),
      issuer.replace('127.0.0.1', '127.1'),
      issuer.replace('127.0.0.1', 'localhost'),
      `${issuer}.evil.example`,
      `${issuer}\u0000`,
    ];
    for (const iss of others) {
      expect(await rs.present(sign({ iss })), JSON.stringify(iss)).toBe('401-it');
    }
    expect(await rs.present(sign({}))).toBe('200');
  });

  verifies('rfc7519#4.1.3/other-audience-refused', 'aud: must name this resource', async () => {
    for (const aud of [RESOURCE, ['x', RESOURCE], [RESOURCE], [RESOURCE, RESOURCE]]) {
      expect(await rs.present(sign({ aud })), JSON.stringify(aud)).toBe('200');
    }
    const others = [
      `${RESOURCE}.evil`,
      ['x'],
      [],
      '',
      5,
      {},
      null,
      `${RESOURCE}/`,
      ` ${RESOURCE}`,
      undefined,
      RESOURCE.slice(0, -1),
      RESOURCE.toUpperCase(),
      `x ${RESOURCE}`,
      '*',
      'https://*',
      [[RESOURCE]],
      `${RESOURCE}:443`,
      `${RESOURCE}?`,
      `${RESOURCE},x`,
      { 0: RESOURCE, length: 1 },
      [`${RESOURCE}/`],
    ];
    for (const aud of others) {
      expect(await rs.present(sign({ aud })), JSON.stringify(aud)).toBe('401-it');
    }
  });

  verifies(
    'rfc7519#4.1.3/audience-list-of-strings',
    'aud: refuses an array with anything but strings',
    async () => {
      for (const odd of [1, null, {}, [RESOURCE], true]) {
        for (const aud of [
          [RESOURCE, odd],
          [odd, RESOURCE],
        ]) {
          expect(await rs.present(sign({ aud })), JSON.stringify(aud)).toBe('401-it');
        }
      }
    },
  );

  verifies('rfc7519#4.1.4/expired-token-refused', 'exp: refuses a token from then on', async () => {
    const now = nowOf(exact);
    await expectOutcome(exact, '401-it', {
      now: sign({ exp: now, iat: undefined }, exact),
      'a moment ago': sign({ exp: now - 0.001, iat: undefined }, exact),
    });
    await expectOutcome(exact, '200', {
      'in a moment': sign({ exp: now + 0.001, iat: undefined }, exact),
      'in a second': sign({ exp: now + 1, iat: undefined }, exact),
    });
    // Five seconds of tolerance by default.
    const late = nowOf(rs);
    expect(await rs.present(sign({ exp: late - 4.999, iat: undefined }))).toBe('200');
    expect(await rs.present(sign({ exp: late - 5, iat: undefined }))).toBe('401-it');
  });

  verifies(
    'rfc7519#4.1.4/expired-token-refused',
    'exp: is compared with the clock for each request',
    async () => {
      const { issuer, present, mint } = await openFixture(front);
      const token = await mint({ expiresInSeconds: 60 });
      expect(await present(token)).toBe('200');
      issuer.clock.advance(64_000);
      expect(await present(token)).toBe('200');
      issuer.clock.advance(2_000);
      expect(await present(token)).toBe('401-it');
    },
  );

  verifies(
    'rfc7519#4.1.4/exp-is-number',
    'exp: must be a number, possibly with a fraction',
    async () => {
      const later = Math.floor(nowOf(rs)) + 60;
      const others = [String(later), '1999999999', null, true, [later], {}, '', `${later}.0`];
      for (const exp of others) {
        expect(await rs.present(sign({ exp })), JSON.stringify(exp)).toBe('401-it');
      }
      await expectOutcome(rs, '200', {
        fraction: sign({ exp: later + 0.5 }),
        exponent: signText(good().replace(/"exp":\d+/, `"exp":${later / 1e5}e5`)),
      });
    },
  );

  verifies(
    'rfc7519#4.1.4/exp-beyond-bounds-refused',
    'exp: must lie within the calendar',
    async () => {
      const numbers = [
        '1e400',
        '-1e400',
        '1e308',
        '-1',
        '-0.5',
        '-1e-400',
        '0',
        '-0',
        '1e-5',
        String(rs.issuer.clock() + 60_000),
        '253402300800',
        '9007199254740993',
      ];
      for (const exp of numbers) {
        const token = signText(good().replace(/"exp":\d+/, `"exp":${exp}`));
        expect(await rs.present(token), exp).toBe('401-it');
      }
    },
  );

  verifies(
    'rfc7519#4.1.4/exp-beyond-bounds-refused',
    'maxLifetimeSeconds: refuses longer lifetimes',
    async () => {
      const bounded = await openFixture(front, { server: { jwks, maxLifetimeSeconds: 600 } });
      const now = Math.floor(nowOf(bounded));
      const present = (claims: Members): Promise<string> => bounded.present(sign(claims, bounded));
      expect(await present({ iat: now, exp: now + 600 })).toBe('200');
      expect(await present({ iat: now, exp: now + 601 })).toBe('401-it');
      expect(await present({ iat: now - 590, exp: now + 11 })).toBe('401-it');
      expect(await present({ iat: undefined, exp: now + 60 })).toBe('401-it');
    },
  );

  verifies('rfc7519#4.1.5/not-before-nbf', 'nbf: refuses a token before then', async () => {
    const now = nowOf(exact);
    const iat = undefined;
    expect(await exact.present(sign({ nbf: now, iat }, exact))).toBe('200');
    await expectOutcome(exact, '401-it', {
      'a second ahead': sign({ nbf: now + 1, iat }, exact),
      'a moment ahead': sign({ nbf: now + 0.001, iat }, exact),
      'a string': sign({ nbf: '0', iat }, exact),
      null: sign({ nbf: null, iat }, exact),
      'a list': sign({ nbf: [0], iat }, exact),
      negative: sign({ nbf: -1, iat }, exact),
      infinite: signText(good().replace('{', '{"nbf":-1e400,')),
    });
    expect(await rs.present(sign({ nbf: nowOf(rs) + 5 }))).toBe('200');
    expect(await rs.present(sign({ nbf: nowOf(rs) + 5.001 }))).toBe('401-it');
  });

  verifies(
    'rfc7519#4.1.6/iat-not-far-in-future',
    'iat: must be a number and at most 60 s in the future',
    async () => {
      const now = nowOf(rs);
      await expectOutcome(rs, '401-it', {
        'a string': sign({ iat: 'x' }),
        'digits in a string': sign({ iat: String(now) }),
        null: sign({ iat: null }),
        negative: sign({ iat: -1 }),
        'in a year': sign({ iat: now + YEAR, exp: now + YEAR + 300 }),
        'in 61 seconds': sign({ iat: now + 61 }),
      });
      await expectOutcome(rs, '200', {
        'in 60 seconds': sign({ iat: now + 60 }),
        'within the tolerance': sign({ iat: now + 5 }),
        'a fraction': sign({ iat: now - 0.5 }),
        'a year ago': sign({ iat: now - YEAR }),
      });
    },
  );

  verifies(
    'rfc7519#4.1.2/identity-claims-are-strings',
    'sub, jti and client_id: must be strings',
    async () => {
      for (const name of ['sub', 'jti', 'client_id']) {
        for (const odd of [5, {}, ['x'], null, true]) {
          const label = `${name} ${JSON.stringify(odd)}`;
          expect(await rs.present(sign({ [name]: odd })), label).toBe('401-it');
        }
      }
    },
  );

  verifies(
    'rfc7519#7.3/strings-compared-by-code-point',
    'iss and aud: are compared by code points',
    async () => {
      const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301'];
      const issuer = await openNamed(front, { issuer: `${ISSUER}/${composed}` });
      expect(await issuer.rs.present(issuer.sign({}))).toBe('200');
      expect(await issuer.rs.present(issuer.sign({ iss: `${ISSUER}/${decomposed}` }))).toBe(
        '401-it',
      );
      const audience = await openNamed(front, { audience: `urn:${composed}` });
      expect(await audience.rs.present(audience.sign({}))).toBe('200');
      expect(await audience.rs.present(audience.sign({ aud: `urn:${decomposed}` }))).toBe('401-it');
      // Full-width letters normalise to the scope; the Kelvin sign folds to k.
      for (const scope of ['\uff52\uff45\uff41\uff44', 'READ', 'Read', 'rea\u0064\u0301']) {
        expect(await rs.present(sign({ scope })), scope).toBe('403-is');
      }
      const kelvin = await openNamed(front, { audience: 'urn:k' });
      expect(await kelvin.rs.present(kelvin.sign({ aud: 'urn:\u212a' }))).toBe('401-it');
    },
  );

  verifies('rfc7519#5.2/nested-token-refused', 'nested token: is refused', async () => {
    const inner = sign({});
    await expectOutcome(rs, '401-it', {
      'with cty': signer.sign(headerFor(signer, { cty: 'JWT' }), inner),
      'without cty': signText(inner),
      'as a JSON string': signText(JSON.stringify(inner)),
      twice: signText(signText(inner)),
    });
  });
});

verifies(
  'rfc7519#4/javascript-names-are-data',
  '__proto__ claim: cannot become a prototype',
  async () => {
    const { claims } = await verify(JSON.stringify({ ...CLAIMS, constructor: 1, toString: 'x' }));
    expect(Object.hasOwn(claims, 'constructor')).toBe(true);
    expect(Object.getOwnPropertyNames(Object.assign({}, claims))).not.toContain('__proto__');
    expect(Object.getPrototypeOf(Object.assign({}, claims))).toBe(Object.prototype);
    for (const name of ['__proto__', '\\u005f_proto__']) {
      const payload = JSON.stringify(CLAIMS).replace('{', `{"${name}":{"admin":true},`);
      await expect(verify(payload)).rejects.toMatchObject({ reason: 'malformed' });
    }
  },
);

verifies(
  'rfc7519#4.1.4/expired-token-refused',
  'clockToleranceSeconds: is at most five minutes',
  () => {
    const create = (clockToleranceSeconds: unknown): unknown =>
      createAccessTokenVerifier({
        issuer: ISSUER,
        audience: RESOURCE,
        jwks,
        clockToleranceSeconds,
      } as AccessTokenVerifierOptions);
    for (const tolerance of [301, -1, Infinity, NaN, '5', null]) {
      expect(() => create(tolerance), String(tolerance)).toThrow(TypeError);
    }
    expect(() => create(300)).not.toThrow();
    expect(() => create(0)).not.toThrow();
  },
);
