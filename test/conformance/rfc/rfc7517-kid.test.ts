/** RFC 7517 §4.5: tokens whose key is not the current one under their `kid`. */
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { InvalidTokenError } from '@scopegate/protocol';
import { decodeProtectedHeader } from 'jose';
import { expect } from 'vitest';
import type { Front } from '../../support/fronts/front.js';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { type Fixture, openFixture } from '../support/fixture.js';
import { createSigner } from '../support/signer.js';
import { claimsFor } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const [SECOND, MINUTE] = [1000, 60_000];
const stranger = createSigner('ES256');

const present = async (rs: Fixture): Promise<string> => rs.present(await rs.mint());
const fetches = ({ issuer }: Fixture): number => issuer.requests.jwks;

/** A token of an unknown key. */
const unknown = (rs: Fixture, kid: string): string => stranger.sign({ kid }, claimsFor(rs));

/** The `kid` of the key that the issuer signs with. */
async function knownKid(rs: Fixture): Promise<string> {
  const { kid } = decodeProtectedHeader(await rs.mint());
  if (kid === undefined) throw new Error('the token has no kid');
  return kid;
}

/** A fixture with the keys of one fetch. */
async function openHolding(front: Front): Promise<Fixture> {
  const rs = await openFixture(front);
  expect(await present(rs)).toBe('200');
  expect(fetches(rs)).toBe(1);
  return rs;
}

forEachExpressFront((front) => {
  verifies(
    'rfc7517#4.5/reused-kid-within-budget',
    'known kid: a bad signature is looked up again within the same budget',
    async () => {
      const rs = await openHolding(front);
      const kid = await knownKid(rs);
      const flood = async (): Promise<ReadonlySet<string>> =>
        new Set(
          await Promise.all(
            Array.from({ length: 100 }, (_, place) =>
              rs.present(stranger.sign({ kid }, claimsFor(rs, { jti: String(place) }))),
            ),
          ),
        );
      for (let round = 0; round < 3; round += 1) expect(await flood()).toEqual(new Set(['401-it']));
      expect(fetches(rs)).toBe(1 + 4);
      expect(await present(rs)).toBe('200');
      // A new key under the old kid works within five seconds.
      rs.issuer.publishJwks({ keys: [{ ...stranger.publicJwk, kid }] });
      rs.issuer.clock.advance(5 * SECOND);
      expect(await rs.present(stranger.sign({ kid }, claimsFor(rs)))).toBe('200');
      expect(fetches(rs)).toBe(1 + 5);
    },
  );

  verifies(
    'rfc7517#4.5/reused-kid-within-budget',
    'known kid: a bad signature is refused during an outage',
    async () => {
      const rs = await openHolding(front);
      const kid = await knownKid(rs);
      await rs.issuer.stop();
      for (let attempt = 0; attempt < 3; attempt += 1) {
        expect(await rs.present(stranger.sign({ kid }, claimsFor(rs)))).toBe('401-it');
      }
      expect(await present(rs)).toBe('200');
    },
  );

  verifies(
    'rfc7517#4.5/unknown-kid-within-budget',
    'unknown kid: a burst is bounded by a small budget',
    async () => {
      const rs = await openHolding(front);
      const burst = async (size: number, prefix: string): Promise<ReadonlySet<string>> => {
        const kids = Array.from({ length: size }, (_, place) => `${prefix}-${place}`);
        return new Set(await Promise.all(kids.map((kid) => rs.present(unknown(rs, kid)))));
      };
      for (let round = 0; round < 3; round += 1) {
        expect(await burst(100, `round-${round}`)).toEqual(new Set(['401-it']));
      }
      expect(fetches(rs)).toBe(1 + 4);
      // A rotated key still works within five seconds.
      await rs.issuer.rotateKey();
      rs.issuer.clock.advance(5 * SECOND);
      expect(await present(rs)).toBe('200');
      expect(fetches(rs)).toBe(1 + 5);
    },
  );

  verifies(
    'rfc7517#4.5/unknown-kid-within-budget',
    'single flight: one request serves all waiting tokens',
    async () => {
      const rs = await openFixture(front);
      const tokens = await Promise.all(Array.from({ length: 20 }, () => rs.mint()));
      const first = await Promise.all(tokens.map((token) => rs.present(token)));
      expect(new Set(first)).toEqual(new Set(['200']));
      expect(fetches(rs)).toBe(1);
      await rs.issuer.rotateKey();
      const rotated = await Promise.all(Array.from({ length: 20 }, () => rs.mint()));
      const second = await Promise.all(rotated.map((token) => rs.present(token)));
      expect(new Set(second)).toEqual(new Set(['200']));
      expect(fetches(rs)).toBeLessThanOrEqual(3);
    },
  );

  verifies(
    'rfc7517#4.5/unknown-kid-in-outage-is-503',
    'unknown kid: is answered with 503 during an outage',
    async () => {
      const rs = await openHolding(front);
      await rs.issuer.stop();
      expect(await rs.present(unknown(rs, 'new'))).toBe('503');
      expect(await rs.present(unknown(rs, 'other'))).toBe('503');
      expect(await present(rs)).toBe('200');
      await rs.issuer.rotateKey();
      const early = await rs.mint();
      expect(await rs.present(early)).toBe('503');
      await rs.issuer.start();
      rs.issuer.clock.advance(MINUTE);
      expect(await rs.present(early)).toBe('200');
      expect(await rs.present(unknown(rs, 'new'))).toBe('401-it');
    },
  );
});

verifies(
  'rfc7517#4.5/unknown-kid-within-budget',
  'unknown kid: a thousand concurrent tokens stay within the budget',
  async () => {
    const rs = await openVerifier();
    const burst = Array.from({ length: 1000 }, (_, place) => rs.judge(`kid-${place}`));
    expect(new Set(await Promise.all(burst))).toEqual(new Set(['key']));
    expect(rs.fetches()).toBeLessThanOrEqual(1 + 4);
  },
);

/** A verifier without HTTP, and its result for a token with a given `kid`. */
async function openVerifier(): Promise<{
  readonly judge: (kid: string) => Promise<string>;
  readonly fetches: () => number;
}> {
  const issuer = 'https://as.example';
  let asked = 0;
  const fetch = (): Promise<Response> => {
    asked += 1;
    return Promise.resolve(Response.json({ keys: [stranger.publicJwk] }));
  };
  const verifier = createAccessTokenVerifier({
    issuer,
    audience: 'urn:rs',
    jwksUri: `${issuer}/jwks`,
    fetch,
  });
  await verifier.ready();
  const judge = async (kid: string): Promise<string> => {
    const token = stranger.sign({ kid }, { iss: issuer, aud: 'urn:rs', exp: 1e10 });
    return verifier.verify(token).then(
      () => 'accepted',
      (error: unknown) => (error instanceof InvalidTokenError ? error.reason : String(error)),
    );
  };
  return { judge, fetches: () => asked };
}
