/** RFC 9449 §4.2, §4.3, the claims of a proof: their types, and the token and the time that they name. */
import { createHash } from 'node:crypto';
import { describe, expect } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { createProver, digestOf, type ProofContents } from '../../support/proofs.js';
import { accepted, refusedProof, seenOf } from '../support/dpop-answers.js';
import {
  type Caller,
  createCaller,
  expectAnswers,
  expectRefusals,
  type ProofFactory,
  TOKEN_STATES,
  withProofs,
} from '../support/dpop-caller.js';
import { type Fixture, RESOURCE, useFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

type ClaimTable = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The proofs with these claims. */
function withClaims(claims: ClaimTable): Readonly<Record<string, ProofFactory>> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, changed]): [string, ProofFactory] => [
      name,
      ({ prove }) => prove({ claims: changed }),
    ]),
  );
}

const NOT_STRINGS = [undefined, null, 1, true, ['x'], {}] as const;

/** Claims of a wrong type, and without them. */
const MISTYPED: ClaimTable = Object.fromEntries(
  ['jti', 'htm', 'htu', 'ath'].flatMap((name) =>
    NOT_STRINGS.map((value): [string, Readonly<Record<string, unknown>>] => [
      `${name}: ${JSON.stringify(value)}`,
      { [name]: value },
    ]),
  ),
);

const OUT_OF_BOUNDS: ClaimTable = {
  'an empty jti': { jti: '' },
  'a jti of 257 octets': { jti: 'x'.repeat(257) },
  'a jti of 129 characters of two octets': { jti: 'é'.repeat(129) },
  'a jti of 1,900 octets': { jti: 'x'.repeat(1900) },
  'htu of 2,049 octets': { htu: `${RESOURCE}/${'x'.repeat(2049 - RESOURCE.length - 1)}` },
  'iat: no number': { iat: undefined },
  'iat: null': { iat: null },
  'iat: a string': { iat: '1800000000' },
  'iat: a list': { iat: [1_800_000_000] },
  'iat: true': { iat: true },
};

/** A proof whose `iat` is written in a way that `JSON.stringify` never uses. */
function withIat(spelling: string): ProofFactory {
  return ({ prove, prover }) => {
    const [header = '', payload = ''] = prove().split('.');
    const json = Buffer.from(payload, 'base64url').toString();
    const changed = json.replace(/"iat":\d+/, `"iat":${spelling}`);
    const input = `${header}.${Buffer.from(changed).toString('base64url')}`;
    return `${input}.${prover.signature(input).toString('base64url')}`;
  };
}

const base64 = (token: string): string => createHash('sha256').update(token).digest('base64');

/** Hashes of a token in other spellings, and of other texts. */
const OTHER_HASHES: Readonly<Record<string, (token: string) => string>> = {
  'an empty string': () => '',
  'of another token': (token) => digestOf(`${token}x`),
  'of the token with its scheme': (token) => digestOf(`DPoP ${token}`),
  'of the token and a line feed': (token) => digestOf(`${token}\n`),
  'of the payload': (token) => digestOf(token.split('.')[1] ?? ''),
  padded: (token) => `${digestOf(token)}=`,
  'in hexadecimal': (token) => createHash('sha256').update(token).digest('hex'),
  'SHA-512': (token) => createHash('sha512').update(token).digest('base64url'),
  'the left half, as at_hash': (token) =>
    createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url'),
  'in base64': base64,
  'in another case': (token) => digestOf(token).toUpperCase(),
  'a space before it': (token) => ` ${digestOf(token)}`,
  'the token itself': (token) => token,
};

const withHashes = Object.fromEntries(
  Object.entries(OTHER_HASHES).map(([name, hash]): [string, ProofFactory] => [
    name,
    ({ token, prove }) => prove({ claims: { ath: hash(token) } }),
  ]),
);

/** Sends a proof that was created some seconds from now. */
async function sendAged(
  rs: Fixture,
  caller: Caller,
  seconds: number,
  claims: ProofContents['claims'] = {},
): Promise<ReturnType<typeof seenOf>> {
  const iat = rs.issuer.clock() / 1000 + seconds;
  return seenOf(await rs.send(caller.request(caller.prove({ iat, claims }))));
}

forEachExpressFront((front) => {
  const rs = useFixture(front, { server: { dpop: true } });

  describe('claims of a proof', () => {
    verifies('rfc9449#4.3/proof-has-its-claims', 'have the right types', async () => {
      await expectRefusals(rs, withProofs(withClaims(MISTYPED)), refusedProof('proof_claim'));
    });

    verifies(
      ['rfc9449#4.3/proof-has-its-claims', 'rfc9449#11.1/proof-memory-bounded'],
      'are neither empty nor oversized',
      async () => {
        const claim = refusedProof('proof_claim');
        await expectRefusals(rs, withProofs(withClaims(OUT_OF_BOUNDS)), claim);
        const infinite = { infinite: withIat('1e400'), 'minus infinite': withIat('-1e400') };
        await expectRefusals(rs, withProofs(infinite), claim);
      },
    );

    verifies('rfc9449#4.3/proof-has-its-claims', 'may be as long as is allowed', async () => {
      for (const state of TOKEN_STATES) {
        // A jti of one character is new for a new key only.
        const caller = await createCaller(rs, { state, prover: createProver('ES256') });
        const digits = caller.jti.replaceAll('-', '');
        for (const jti of [digits.padEnd(256, 'x'), digits.padEnd(144, 'é'), digits.slice(0, 1)]) {
          expect(seenOf(await rs.send(caller.request(caller.prove({ jti })))), jti).toEqual(
            accepted(),
          );
        }
      }
    });

    verifies('rfc9449#4.3/proof-has-its-claims', 'may be others as well', async () => {
      const others = { iss: 'x', sub: 1, aud: [], nonce: 'x', exp: 1, nbf: 2 ** 33, odd: {} };
      await expectAnswers(rs, withProofs(withClaims({ others })), accepted());
    });
  });

  describe('ath of a proof', () => {
    verifies('rfc9449#4.3/ath-is-token-hash', 'is the hash of the token that is sent', async () => {
      await expectRefusals(rs, withProofs(withHashes), refusedProof('proof_token'));
    });

    verifies(
      'rfc9449#4.3/ath-is-token-hash',
      'is not that of another token that is bound to the same key',
      async () => {
        for (const state of TOKEN_STATES) {
          const [caller, other] = [await createCaller(rs, { state }), await createCaller(rs)];
          const proof = other.prove();
          const answer = await rs.send(caller.request(proof));
          expect(seenOf(answer), state).toEqual(refusedProof('proof_token'));
          expect(seenOf(await rs.send(other.request(proof))), state).toEqual(accepted());
        }
      },
    );
  });

  describe('time of a proof', () => {
    verifies('rfc9449#4.3/proof-within-time-window', 'is at most a minute ago', async () => {
      for (const state of TOKEN_STATES) {
        const caller = await createCaller(rs, { state });
        for (const seconds of [-60.001, -61, -300, -3600, -1e12]) {
          const seen = await sendAged(rs, caller, seconds);
          expect(seen, `${seconds}`).toEqual(refusedProof('proof_time'));
        }
        expect(await sendAged(rs, caller, -60)).toEqual(accepted());
      }
    });

    verifies('rfc9449#4.3/proof-within-time-window', 'is at most 30 seconds ahead', async () => {
      for (const state of TOKEN_STATES) {
        const caller = await createCaller(rs, { state });
        for (const seconds of [30.001, 31, 60, 3600, 1e12]) {
          const seen = await sendAged(rs, caller, seconds);
          expect(seen, `${seconds}`).toEqual(refusedProof('proof_time'));
        }
        expect(await sendAged(rs, caller, 30)).toEqual(accepted());
      }
    });

    verifies('rfc9449#4.3/proof-within-time-window', 'is not that of exp and nbf', async () => {
      const caller = await createCaller(rs);
      const now = Math.floor(rs.issuer.clock() / 1000);
      const late = { exp: now + 3600, nbf: now - 3600 };
      expect(await sendAged(rs, caller, -61, late)).toEqual(refusedProof('proof_time'));
      const early = { exp: now - 3600, nbf: now + 3600 };
      expect(await sendAged(rs, caller, 0, early)).toEqual(accepted());
    });

    verifies('rfc9449#4.3/proof-within-time-window', 'is a number of seconds', async () => {
      const odd = { negative: withIat('-1'), zero: withIat('0'), large: withIat('1e300') };
      await expectRefusals(rs, withProofs(odd), refusedProof('proof_time'));
      const ms = withClaims({ milliseconds: { iat: rs.issuer.clock() } });
      await expectRefusals(rs, withProofs(ms), refusedProof('proof_time'));
    });
  });
});

forEachExpressFront((front) => {
  const dpop = { maxAgeSeconds: 300, clockToleranceSeconds: 0 };
  const rs = useFixture(front, { server: { dpop, tokenCache: false } });

  describe('claims of a proof without a token cache', () => {
    verifies(
      ['rfc9449#4.3/proof-within-time-window', 'rfc9449#4.3/ath-is-token-hash'],
      'are checked against the options and the token',
      async () => {
        const caller = await createCaller(rs);
        expect(await sendAged(rs, caller, 0.001)).toEqual(refusedProof('proof_time'));
        expect(await sendAged(rs, caller, -300.001)).toEqual(refusedProof('proof_time'));
        expect(await sendAged(rs, caller, -300)).toEqual(accepted());
        expect(await sendAged(rs, caller, -300)).toEqual(refusedProof('proof_replayed'));
        await expectRefusals(rs, withProofs(withHashes), refusedProof('proof_token'));
      },
    );
  });
});
