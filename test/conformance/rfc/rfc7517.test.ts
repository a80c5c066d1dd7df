/** RFC 7517, JSON Web Key. */
import { expect } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { type Fixture, openFixture } from '../support/fixture.js';
import { createSigner, type Signer } from '../support/signer.js';
import {
  claimsFor,
  expectOutcome,
  jwkOf,
  type Members,
  openPublishing,
} from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const signer = createSigner('ES256');
const rsa = createSigner('RS256', { kid: 'rsa' });
const DAY_MS = 86_400_000;

forEachExpressFront((front) => {
  const present = (rs: Fixture, by: Signer = signer, header: Members = {}): Promise<string> =>
    rs.present(by.sign(header, claimsFor(rs)));
  /** The outcome of a valid token whose key is in the JWKS with these members. */
  const withKey = async (changes: Members, by = signer): Promise<string> =>
    present(await openPublishing(front, [jwkOf(by, changes)]), by);

  verifies('rfc7517#4/unknown-jwk-members-ignored', 'JWK: ignores unknown members', async () => {
    expect(await withKey({ 'x-foo': 1, x5c: ['AA=='], x5t: 'AA', ext: true })).toBe('200');
  });

  verifies(
    'rfc7517#4/unknown-jwk-members-ignored',
    'JWK: uses the last of duplicate members',
    async () => {
      const twice = JSON.stringify({ keys: [signer.publicJwk] }).replace(
        '"kty":',
        '"kty":"oct",$&',
      );
      const headers = { 'content-type': 'application/jwk-set+json' };
      // JSON.stringify cannot write this document.
      const rs = await openFixture(front, {
        server: (issuer) => ({
          ...issuer.options(),
          jwksUri: issuer.jwksUri,
          fetch: () => Promise.resolve(new Response(twice, { headers })),
        }),
      });
      expect(twice.match(/"kty":/g)).toHaveLength(2);
      expect(await present(rs)).toBe('200');
    },
  );

  verifies(
    'rfc7517#4.1/unknown-kty-skipped',
    'kty: skips a key unless it is known to the letter',
    async () => {
      expect(await withKey({})).toBe('200');
      for (const kty of ['ec', 'Ec', 'EC ', 'RSA', 'oct', 'OKP', undefined, null, 1, ['EC']]) {
        expect(await withKey({ kty }), String(kty)).toBe('401-it');
      }
      for (const kty of ['rsa', 'Rsa', undefined]) {
        expect(await withKey({ kty }, rsa), String(kty)).toBe('401-it');
      }
    },
  );

  verifies(
    'rfc7517#4.2/key-for-other-use-skipped',
    'use: uses keys for signatures or without a use',
    async () => {
      expect(await withKey({ use: 'sig' })).toBe('200');
      expect(await withKey({ use: undefined })).toBe('200');
      for (const use of ['enc', 'SIG', 'sig ', '', null, ['sig']]) {
        expect(await withKey({ use }), String(use)).toBe('401-it');
      }
    },
  );

  verifies(
    'rfc7517#4.3/key-ops-need-verify',
    'key_ops: uses keys whose operations include verify, each once',
    async () => {
      expect(await withKey({ key_ops: ['verify'] })).toBe('200');
      expect(await withKey({ key_ops: ['encrypt', 'verify'], use: undefined })).toBe('200');
      const others = [
        ['encrypt'],
        ['sign'],
        [],
        ['verify', 'verify'],
        ['VERIFY'],
        'verify',
        {},
        null,
      ];
      for (const key_ops of others) {
        expect(await withKey({ key_ops }), JSON.stringify(key_ops)).toBe('401-it');
      }
    },
  );

  verifies(
    'rfc7517#4.4/key-alg-verifies-no-other',
    'alg of a JWK: uses the key with no other algorithm',
    async () => {
      const named = await openPublishing(front, [jwkOf(rsa, { alg: 'RS256' })]);
      expect(await present(named, rsa)).toBe('200');
      const open = await openPublishing(front, [jwkOf(rsa, { alg: undefined })]);
      const ps256 = (rs: Fixture): Promise<string> =>
        present(rs, createSigner('PS256', { kid: 'rsa', keyPair: rsa }));
      expect(await ps256(open)).toBe('200');
      expect(await ps256(named)).toBe('401-it');
      for (const alg of ['RS512', 'rs256', 'RSA-OAEP', '', null, ['RS256']]) {
        expect(await withKey({ alg }, rsa), String(alg)).toBe('401-it');
      }
    },
  );

  verifies(
    'rfc7517#4.5/shared-kid-tries-all-keys',
    'shared or missing kid: tries each key, at most four',
    async () => {
      const signers = Array.from({ length: 5 }, () => createSigner('ES256'));
      const [first = signer, second = signer, , fourth = signer, fifth = signer] = signers;
      const two = await openPublishing(front, [first.publicJwk, second.publicJwk]);
      expect(await present(two, first)).toBe('200');
      expect(await present(two, second)).toBe('200');
      expect(await present(two, second, { kid: undefined })).toBe('200');
      expect(await present(two, fifth)).toBe('401-it');
      const five = await openPublishing(
        front,
        signers.map(({ publicJwk }) => publicJwk),
      );
      for (const kid of ['k1', undefined]) {
        expect(await present(five, fourth, { kid })).toBe('200');
        expect(await present(five, fifth, { kid })).toBe('401-it');
      }
    },
  );

  verifies(
    'rfc7517#5/unusable-keys-skipped',
    'JWKS: skips unusable keys and uses the rest',
    async () => {
      const ed25519 = createSigner('Ed25519', { kid: 'short' });
      const rs = await openPublishing(front, [
        { kty: 'bogus', kid: 'k1' },
        jwkOf(rsa, { n: undefined }),
        jwkOf(rsa, { n: 1, e: {} }),
        jwkOf(signer, { x: signer.publicJwk.y }),
        jwkOf(ed25519, { x: 'AAAAAAAAAAAAAAAAAAAAAA' }),
        jwkOf(signer, { kid: 5 }),
        null,
        1,
        'k1',
        [],
        {},
        { kty: 'EC' },
        signer.publicJwk,
      ]);
      expect(await present(rs)).toBe('200');
      await expectOutcome(rs, '401-it', {
        rsa: rsa.sign({}, claimsFor(rs)),
        ed25519: ed25519.sign({}, claimsFor(rs)),
      });
    },
  );

  verifies('rfc7517#5/unusable-keys-skipped', 'private JWK: is skipped', async () => {
    const { d } = signer.privateKey.export({ format: 'jwk' });
    expect(await withKey({ d })).toBe('401-it');
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) {
      expect(await withKey({ [name]: 'AA' }, rsa), name).toBe('401-it');
    }
    expect(await withKey({}, rsa)).toBe('200');
  });

  verifies(
    'rfc7517#5.1/document-without-keys-is-outage',
    'JWKS without a usable key: is an outage',
    async () => {
      const leaked = { ...signer.publicJwk, d: 'AA' };
      const sets = [[null], [{}], [leaked], Array.from({ length: 257 }, () => signer.publicJwk)];
      for (const keys of sets) {
        const rs = await openFixture(front);
        expect(await rs.present(await rs.mint())).toBe('200');
        rs.issuer.publishJwks({ keys });
        await expect(rs.api.refresh()).rejects.toMatchObject({ status: 503 });
        expect(await rs.present(await rs.mint())).toBe('200');
        expect(await present(rs)).toBe('503');
      }
    },
  );

  verifies(
    'rfc7517#5.1/document-without-keys-is-outage',
    'JWKS without an array "keys": is an outage',
    async () => {
      for (const document of [{}, { keys: {} }, { keys: null }, { keys: 'k1' }, [], 'keys', null]) {
        const rs = await openFixture(front);
        rs.issuer.fault('jwks', { kind: 'document', document });
        expect(await rs.present(await rs.mint()), JSON.stringify(document)).toBe('503');
      }
      const rs = await openFixture(front);
      rs.issuer.fault('jwks', { kind: 'html' });
      expect(await rs.present(await rs.mint())).toBe('503');
    },
  );

  verifies(
    'rfc7517#5.1/document-without-keys-is-outage',
    'malformed JWKS: does not replace a good one',
    async () => {
      for (const document of [{}, { keys: {} }, []]) {
        const rs = await openFixture(front);
        expect(await rs.present(await rs.mint())).toBe('200');
        rs.issuer.fault('jwks', { kind: 'document', document });
        const asked = rs.issuer.requests.jwks;
        rs.issuer.clock.advance(DAY_MS / 2);
        expect(await rs.present(await rs.mint()), JSON.stringify(document)).toBe('200');
        expect(rs.issuer.requests.jwks).toBe(asked + 1);
      }
    },
  );
});
