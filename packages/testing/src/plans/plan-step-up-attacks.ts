/**
 * Plans the requests of users whose authentication does not suffice. RFC 9470.
 *
 * @module
 */
import type { TokenOverrides } from '../tokens/token-overrides.js';
import { type Attack, type AttackKit, type ExpectedRefusal, insufficientScope } from './attack.js';
import type { AttackedRoute } from './attacked-route.js';

/** The tokens for attacks on a route. */
export interface StepUpTokens {
  /** A token that the route accepts. */
  readonly good: TokenOverrides;
  /** Creates the headers of a request with a token. */
  readonly headersWith: (overrides: TokenOverrides) => Attack['headers'];
}

/** An authentication context class that no API accepts. */
const OTHER_ACR = 'urn:scopegate-testing:not-accepted';
/** More than any tolerance for clocks that differ. */
const MARGIN_SECONDS = 3_600;

/** Changes the overrides of a token so that the authentication of its user suffices for a route. */
export function withStepUp(
  overrides: TokenOverrides,
  route: AttackedRoute,
  { clock }: AttackKit,
): TokenOverrides {
  if (!requiresStepUp(route)) return overrides;
  const [acr] = route.acrValues ?? [];
  const claims = { ...(acr !== undefined && { acr }), auth_time: Math.floor(clock() / 1000) };
  return {
    ...overrides,
    subject: overrides.subject ?? 'test-user',
    claims: { ...overrides.claims, ...claims },
  };
}

/** Plans the attacks on the required authentication of a route; none where none is required. */
export function planStepUpAttacks(
  route: AttackedRoute,
  { clock }: AttackKit,
  { good, headersWith }: StepUpTokens,
): readonly Attack[] {
  if (!requiresStepUp(route)) return [];
  const attackWith = (name: string, claims: object, reason: string): Attack => ({
    name,
    headers: headersWith({ ...good, claims: { ...good.claims, ...claims } }),
    refusal: insufficientAuthentication(reason),
  });
  const { acrValues, maxAgeSeconds } = route;
  const attacks: Attack[] = [];
  if (acrValues !== undefined) {
    attacks.push(
      attackWith('without acr', { acr: undefined }, 'acr'),
      attackWith('with another acr', { acr: OTHER_ACR }, 'acr'),
    );
  }
  if (maxAgeSeconds !== undefined) {
    const tooOld = Math.floor(clock() / 1000) - maxAgeSeconds - MARGIN_SECONDS;
    attacks.push(
      attackWith('without auth_time', { auth_time: undefined }, 'auth_time'),
      attackWith('with an old auth_time', { auth_time: tooOld }, 'auth_time'),
    );
  }
  return route.principal === undefined
    ? [...attacks, clientAttack(headersWith({ ...good, subject: undefined }))]
    : attacks;
}

function requiresStepUp({ acrValues, maxAgeSeconds }: AttackedRoute): boolean {
  return acrValues !== undefined || maxAgeSeconds !== undefined;
}

/** A client cannot be authenticated as a user is, so that a challenge would begin a loop. */
function clientAttack(headers: Attack['headers']): Attack {
  return { name: 'token of a client', headers, refusal: insufficientScope('principal') };
}

function insufficientAuthentication(reason: string): ExpectedRefusal {
  return { status: 401, errors: ['insufficient_user_authentication'], reasons: [reason] };
}
