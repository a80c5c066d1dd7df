/**
 * The checks of the audience and the times, as they are explained.
 *
 * @module
 */
import { checkAudience } from '../claims/audience.js';
import { checkLifetime, checkTimes, readTimes, type TokenTimes } from '../claims/times.js';
import { type Check, type CheckScene, claimOf, reasonOf, showClaims } from './check.js';
import { showDate, showValue, showValues } from './printable.js';

const seconds = ({ policy }: CheckScene): number => policy.clock() / 1000;
const clock = (scene: CheckScene): string =>
  `${showDate(Math.floor(seconds(scene)))}, give or take ${scene.policy.clockToleranceSeconds} s`;

const NO_START = { notBefore: undefined, issuedAt: undefined };

/** In the order of verification. */
export const TIME_CHECKS: readonly Check[] = Object.freeze([
  {
    name: 'audience',
    rfc: 'RFC 9068 §4',
    expected: ({ expected: { audience, audienceClaim } }) =>
      `${audienceClaim === 'aud' ? '' : `"${audienceClaim}" `}one of ${showValues(audience)}`,
    found: (scene) =>
      scene.expected.audienceClaim === 'aud'
        ? showValue(claimOf(scene, 'aud'))
        : showClaims(scene, [scene.expected.audienceClaim, 'aud']),
    run: ({ jws, expected }) => {
      checkAudience(jws.claims, expected);
    },
  },
  {
    name: 'time_claims',
    rfc: 'RFC 7519 §2',
    expected: () => '"exp", and "nbf" and "iat" where present, in seconds since 1970',
    found: (scene) => showClaims(scene, ['exp', 'nbf', 'iat']),
    run: ({ jws }) => {
      readTimes(jws.claims);
    },
  },
  {
    name: 'expiry',
    rfc: 'RFC 7519 §4.1.4',
    appliesTo: hasTimes,
    expected: (scene) => `after ${clock(scene)}`,
    found: (scene) => showDate(claimOf(scene, 'exp')),
    run: (scene) => {
      const times = { expiresAt: timesOf(scene).expiresAt, ...NO_START };
      checkTimes(times, seconds(scene), scene.policy);
    },
  },
  {
    name: 'not_before',
    rfc: 'RFC 7519 §4.1.5',
    appliesTo: hasTimes,
    expected: (scene) => `not after ${clock(scene)}`,
    found: (scene) =>
      `"nbf" ${showDate(claimOf(scene, 'nbf'))}, "iat" ${showDate(claimOf(scene, 'iat'))}`,
    run: (scene) => {
      const times = { ...timesOf(scene), expiresAt: Infinity };
      checkTimes(times, seconds(scene), scene.policy);
    },
  },
  {
    name: 'lifetime',
    rfc: 'RFC 9700 §2.2.1',
    appliesTo: (scene) => scene.policy.maxLifetimeSeconds !== Infinity && hasTimes(scene),
    expected: ({ policy: { maxLifetimeSeconds } }) =>
      maxLifetimeSeconds === Infinity
        ? 'any lifetime: "maxLifetimeSeconds" is not set'
        : `"exp" at most ${maxLifetimeSeconds} s after "iat"`,
    found: (scene) => showClaims(scene, ['exp', 'iat']),
    run: (scene) => {
      checkLifetime(timesOf(scene), scene.policy);
    },
  },
]);

function hasTimes(scene: CheckScene): boolean {
  return reasonOf(() => timesOf(scene)) === undefined;
}

function timesOf({ jws }: CheckScene): TokenTimes {
  return readTimes(jws.claims);
}
