/** RFC 9449, options that would weaken the checks of proofs: they are refused at start-up. */
import { randomBytes } from 'node:crypto';
import { describe, expect } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { RESOURCE } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

const PLACE = { issuer: 'https://as.example', audience: RESOURCE, dpop: true } as const;

forEachExpressFront((front) => {
  const creating =
    (options: object): (() => unknown) =>
    () =>
      front.createResourceServer({ ...PLACE, ...options });

  const expectTypeErrors = (table: Readonly<Record<string, object>>): void => {
    for (const [message, options] of Object.entries(table)) {
      expect(creating(options), message).toThrow(TypeError);
      expect(creating(options), message).toThrow(message);
    }
  };

  describe('options for proofs', () => {
    verifies(
      'rfc9449#4.3/request-uri-from-configuration',
      'include the URL of the API, unless an audience is one',
      () => {
        expectTypeErrors({
          '"dpop.publicUrl" is missing': { audience: 'reports' },
          'must not be an empty array': { dpop: { publicUrl: [] } },
          'must be an https URL': { dpop: { publicUrl: 'rs.example' } },
          'without query and fragment': { dpop: { publicUrl: `${RESOURCE}/?q` } },
          http: { dpop: { publicUrl: 'http://rs.example' } },
        });
        for (const publicUrl of ['https://rs.example', 'http://127.0.0.1:8080/x', [RESOURCE]]) {
          expect(creating({ audience: 'reports', dpop: { publicUrl } })).not.toThrow();
        }
      },
    );

    verifies(
      'rfc9449#4.3/proof-algorithm-is-public-key',
      'include at least one algorithm, with a public key',
      () => {
        expectTypeErrors({
          'must be a non-empty array': { dpop: { algorithms: [] } },
          'must contain only RS256': { dpop: { algorithms: ['ES256', 'HS256'] } },
          'must contain only ': { dpop: { algorithms: ['ES256K'] } },
        });
        expectTypeErrors({ 'must contain only': { dpop: { algorithms: ['none'] } } });
      },
    );

    verifies(
      ['rfc9449#8/nonces-unguessable', 'rfc9449#11.1/proof-accepted-once'],
      'include secrets of 32 octets, and no way to switch the replay check off',
      () => {
        expectTypeErrors({
          'at least 32 octets': { dpop: { nonce: { secret: randomBytes(31) } } },
          'is missing': { dpop: { nonce: {} } },
          'not text': { dpop: { nonce: { secret: 'x'.repeat(64) } } },
          'non-empty array': { dpop: { nonce: { secret: [] } } },
          'cannot be switched off': { dpop: { replay: { enabled: false } } },
          'dpop.replay': { dpop: { replay: false } },
          'the method register()': { dpop: { replay: { store: new Map() } } },
          maxEntries: { dpop: { replay: { maxEntries: 0 } } },
        });
      },
    );

    verifies(
      'rfc9449#4.3/proof-within-time-window',
      'include short windows, by their right names',
      () => {
        expectTypeErrors({
          'dpop.maxAgeSeconds': { dpop: { maxAgeSeconds: 301 } },
          'dpop.clockToleranceSeconds': { dpop: { clockToleranceSeconds: -1 } },
          'did you mean "maxAgeSeconds"': { dpop: { maxAgeSecond: 60 } },
          dpop: { dpop: false },
        });
        expectTypeErrors({ 'dpop.maxAgeSeconds': { dpop: { maxAgeSeconds: Number.NaN } } });
      },
    );

    verifies(
      'rfc9449#7.1/constrained-route-refuses-unbound',
      'include those that a constraint needs',
      () => {
        expectTypeErrors({
          'requires the option "dpop"': { dpop: undefined, senderConstraint: 'dpop' },
          'requires the option "mtls"': { senderConstraint: 'mtls' },
          'must be "dpop", "mtls" or "any"': { senderConstraint: 'DPoP' },
        });
        const api = front.createResourceServer({ ...PLACE, dpop: undefined });
        expect(() => api.require({ scope: 'read', senderConstraint: 'dpop' })).toThrow(TypeError);
        const strict = front.createResourceServer({ ...PLACE, senderConstraint: 'dpop' });
        expect(() => strict.require({ scope: 'read', senderConstraint: 'any' })).toThrow(TypeError);
      },
    );
  });
});
