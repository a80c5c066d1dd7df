/**
 * How the users of a route must be authenticated, and the time by which that is checked.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { assertUserAuthentication } from '@scopegate/access-token/internal';
import { ChallengeError, type RequiredAuthentication } from '@scopegate/protocol';

/** The clock of a resource server. */
export interface ServerTime {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly clockToleranceSeconds: number;
}

/** The time of a resource server without options. */
export const SYSTEM_TIME: ServerTime = Object.freeze({
  clock: Date.now,
  clockToleranceSeconds: 0,
});

/** Checks how and when the user of a token was authenticated. */
export type AuthenticationCheck = (
  token: VerifiedAccessToken<unknown>,
) => ChallengeError | undefined;

/** Creates the check of a requirement, which reads the clock each time. RFC 9470 §3, §6.1. */
export function createAuthenticationCheck(
  required: RequiredAuthentication,
  { clock, clockToleranceSeconds }: ServerTime,
): AuthenticationCheck {
  return (token) => {
    const time = { nowSeconds: clock() / 1000, clockToleranceSeconds };
    try {
      assertUserAuthentication(token, required, time);
      return undefined;
    } catch (error) {
      if (error instanceof ChallengeError) return error;
      throw error;
    }
  };
}

/**
 * Combines requirements that a token must all meet. A token has one context class, so it must be in every
 * list; the list is empty when no token can meet them.
 *
 * @returns The context classes in the order of the later requirement; `undefined` without requirements.
 */
export function combineAuthentication(
  earlier: RequiredAuthentication | undefined,
  later: RequiredAuthentication | undefined,
): RequiredAuthentication | undefined {
  if (earlier === undefined || later === undefined) return later ?? earlier;
  const { acrValues = earlier.acrValues } = later;
  const ages = [earlier.maxAgeSeconds, later.maxAgeSeconds].filter((age) => age !== undefined);
  return Object.freeze({
    acrValues:
      acrValues &&
      Object.freeze(acrValues.filter((acr) => earlier.acrValues?.includes(acr) ?? true)),
    maxAgeSeconds: ages.length === 0 ? undefined : Math.min(...ages),
  });
}
