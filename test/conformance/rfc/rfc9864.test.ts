/** RFC 9864, fully-specified algorithms. */

import { expect } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import type { Fixture } from '../support/fixture.js';
import { createSigner } from '../support/signer.js';
import { claimsFor, jwkOf, openPublishing } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';
import { createKeyPair } from '../../support/key-pairs.js';

const signer = createSigner('Ed25519');
const ed448 = createSigner('EdDSA', { keyPair: createKeyPair('ed448') });

forEachExpressFront((front) => {
  const present = (rs: Fixture, alg: string, by = signer): Promise<string> =>
    rs.present(by.sign({ alg }, claimsFor(rs)));

  verifies(
    'rfc9864#2.2/ed25519-by-own-name',
    'Ed25519: is accepted by its own name, and EdDSA where it is listed',
    async () => {
      const keys = [jwkOf(signer, { alg: undefined })];
      const byDefault = await openPublishing(front, keys);
      expect(await present(byDefault, 'Ed25519')).toBe('200');
      expect(await present(byDefault, 'EdDSA')).toBe('200');
      const narrowed = await openPublishing(front, keys, { algorithms: ['Ed25519'] });
      expect(await present(narrowed, 'Ed25519')).toBe('200');
      expect(await present(narrowed, 'EdDSA')).toBe('401-it');
    },
  );

  verifies('rfc9864#2.2/ed25519-by-own-name', 'EdDSA: accepts no other curve', async () => {
    const x25519 = jwkOf(signer, { crv: 'X25519', alg: undefined });
    for (const jwk of [x25519, { ...x25519, alg: 'Ed25519' }]) {
      const rs = await openPublishing(front, [jwk]);
      expect(await present(rs, 'Ed25519')).toBe('401-it');
      expect(await present(rs, 'EdDSA')).toBe('401-it');
    }
    for (const alg of ['EdDSA', 'Ed25519', undefined]) {
      const rs = await openPublishing(front, [jwkOf(ed448, { alg })]);
      for (const name of ['EdDSA', 'Ed25519', 'Ed448']) {
        expect(await present(rs, name, ed448), `${String(alg)} ${name}`).toBe('401-it');
      }
    }
  });

  verifies(
    'rfc9864#5/eddsa-and-ed25519-apart',
    'EdDSA and Ed25519: are two algorithms of a key',
    async () => {
      const eddsa = await openPublishing(front, [jwkOf(signer, { alg: 'EdDSA' })]);
      expect(await present(eddsa, 'EdDSA')).toBe('200');
      expect(await present(eddsa, 'Ed25519')).toBe('401-it');
      const ed25519 = await openPublishing(front, [jwkOf(signer, { alg: 'Ed25519' })]);
      expect(await present(ed25519, 'Ed25519')).toBe('200');
      expect(await present(ed25519, 'EdDSA')).toBe('401-it');
    },
  );
});
