/**
 * The checks of the kind of a token, its issuer and its signature, as they are explained.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { type Check, claimOf, parameterOf } from './check.js';
import { showValue, showValues } from './printable.js';
import { assertAccessTokenKind } from '../claims/token-kind.js';

/** In the order of verification. */
export const KEY_CHECKS: readonly Check[] = Object.freeze([
  {
    name: 'type',
    rfc: 'RFC 9068 §4',
    expected: ({ expected }) =>
      expected.typ === 'at+jwt'
        ? '"typ" "at+jwt"'
        : '"typ" "at+jwt", or "JWT" or none with the claims of an access token',
    found: (scene) => `"typ" ${showValue(parameterOf(scene, 'typ'))}`,
    run: ({ jws, expected }) => {
      assertAccessTokenKind(jws.header.parameters, jws.claims, expected.typ);
    },
  },
  {
    name: 'algorithm',
    rfc: 'RFC 8725 §3.1',
    expected: ({ expected }) => `one of ${expected.algorithms.join(', ')}`,
    found: (scene) => showValue(parameterOf(scene, 'alg')),
    run: ({ jws, expected }) => {
      const isAllowed = expected.algorithms.some((allowed) => allowed === jws.header.alg);
      if (!isAllowed) throw new InvalidTokenError('alg');
    },
  },
  {
    name: 'issuer',
    rfc: 'RFC 9068 §4',
    expected: ({ policy }) => showValues([...policy.issuers.keys()]),
    found: (scene) => showValue(claimOf(scene, 'iss')),
    run: ({ trusted }) => {
      if (trusted === undefined) throw new InvalidTokenError('issuer');
    },
  },
  {
    name: 'key',
    rfc: 'RFC 7515 §4.1.4',
    appliesTo: ({ search }) => search.candidates !== undefined || search.failure !== undefined,
    expected: ({ trusted }) => `a key of ${showValue(trusted?.issuer)} for the algorithm`,
    found: (scene) => {
      const kid = `"kid" ${showValue(parameterOf(scene, 'kid'))}`;
      const count = scene.search.candidates?.length;
      if (count !== undefined) return `${kid}, ${count} found`;
      return `${kid}, and ${scene.search.failure?.message ?? 'keys that are not available'}`;
    },
    run: ({ search: { candidates = [], failure } }) => {
      if (failure !== undefined) throw failure;
      if (candidates.length === 0) throw new InvalidTokenError('key');
    },
  },
  {
    name: 'signature',
    rfc: 'RFC 7515 §5.2',
    appliesTo: ({ search }) => (search.candidates?.length ?? 0) > 0,
    expected: () => 'a signature by that key',
    found: ({ jws, search }) =>
      `${jws.signature.length} octets, ${search.signer === undefined ? 'by another key or over other claims' : 'valid'}`,
    run: ({ search }) => {
      if (search.signer === undefined) throw new InvalidTokenError('signature');
    },
  },
]);
