/**
 * Refusals of a resource server that accepts bound tokens.
 *
 * @module
 */
import { SECRET_OPTIONS } from '../../support/tokens.js';
import { everyFront, type RefusalOf, refusedWith } from './all-fronts.js';
import { WEB_FRONTS } from './differences.js';

const { audience } = SECRET_OPTIONS;
const REALM = `realm="${audience}"`;
const METADATA = `resource_metadata="${audience}/.well-known/oauth-protected-resource"`;

/** The challenge of a scheme with the parameters of a refusal. */
export function challengeOf(scheme: 'Bearer' | 'DPoP', params = ''): string {
  const algs = scheme === 'DPoP' ? 'algs="ES256"' : '';
  return `${scheme} ${[REALM, params, algs, METADATA].filter(Boolean).join(', ')}`;
}

/** The parameters of a challenge with an error. */
export function errorParams(error: string, detail: string, scope?: string): string {
  const params = `error="${error}", error_description="${detail}"`;
  return scope === undefined ? params : `${params}, scope="${scope}"`;
}

/** A refusal: its challenges, one for each line. */
export interface BoundRefusal extends Omit<RefusalOf, 'challenge'> {
  readonly lines: readonly string[];
}

/** The whole answer of each front. `Headers` of the Fetch Standard joins the lines of a field. */
export function refusedByAll({
  lines,
  ...refusal
}: BoundRefusal): Readonly<Record<string, unknown>> {
  const [only, ...others] = lines;
  const answer = refusedWith(others.length === 0 ? only : lines, refusal);
  const joined = refusedWith(only && lines.join(', '), refusal);
  return everyFront(answer, Object.fromEntries(WEB_FRONTS.map((web) => [web, joined])));
}
