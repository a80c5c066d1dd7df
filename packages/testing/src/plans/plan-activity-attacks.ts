/**
 * Plans the requests with tokens that the authorization server does not say are active.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { TokenOverrides } from '../tokens/token-overrides.js';
import { type Attack, type AttackKit, invalidToken } from './attack.js';
import type { AttackCaller } from './attack-caller.js';
import type { AttackedRoute } from './attacked-route.js';
import type { PossessionTokens } from './plan-possession-attacks.js';

/** Mints tokens for the attacks on a route, and presents them. */
export interface ActivityTokens extends PossessionTokens {
  readonly caller: AttackCaller;
}

const OTHER_AUDIENCE = 'https://other-api.example';
const EXPIRED_SECONDS = 3_600;

/** Plans the attacks with opaque tokens, which no forged JWT covers. */
export function planOpaqueAttacks(
  { present }: AttackCaller,
  { mint, good }: Pick<PossessionTokens, 'mint' | 'good'>,
): readonly Attack[] {
  const attackWith = (name: string, token: string, reasons: readonly string[]): Attack => ({
    name: `opaque: ${name}`,
    headers: present(token),
    refusal: invalidToken(reasons),
  });
  const expired: TokenOverrides = { ...good, expiresInSeconds: -EXPIRED_SECONDS };
  return [
    attackWith('expired', mint(expired), ['inactive', 'expired']),
    attackWith('wrongAudience', mint({ ...good, audience: OTHER_AUDIENCE }), ['audience']),
    attackWith('unknown', `${mint(good)}${randomBytes(4).toString('hex')}`, ['inactive']),
  ];
}

/**
 * Plans the attacks with revoked tokens on a route that asks about every token; none on other routes,
 * because they may use what they know for some time.
 */
export function planFreshAttacks(
  { fresh = false }: AttackedRoute,
  { revoke }: AttackKit,
  { caller, mint, good, lacking }: ActivityTokens,
): readonly Attack[] {
  if (!fresh || revoke === undefined || !caller.isComplete) return [];
  const attackWith = (name: string, token: string): Attack => ({
    name,
    headers: caller.present(token),
    prepare: () => {
      revoke(token);
    },
    refusal: invalidToken(['inactive', 'revoked']),
  });
  const revoked = attackWith('revoked token', mint(good));
  if (lacking === undefined) return [revoked];
  // The first request makes the token known. It lacks something, because a handler would run otherwise.
  const known = mint(lacking);
  const before = caller.present(known);
  return [revoked, { ...attackWith('token that is revoked after a request', known), before }];
}
