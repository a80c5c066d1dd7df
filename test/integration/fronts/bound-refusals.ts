/**
 * Refusals of a resource server that accepts bound tokens.
 *
 * @module
 */
import { STATUS_CODES } from 'node:http';
import { SECRET_OPTIONS } from '../../support/tokens.js';
import { everyFront, type WholeAnswer } from './all-fronts.js';
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
export interface BoundRefusal {
  readonly status: number;
  readonly lines: readonly string[];
  /** Members of the problem details after type, title and status. */
  readonly members?: Readonly<Record<string, string>>;
  /** Fields besides those of every refusal. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** The whole answer of each front. `Headers` of the Fetch Standard joins the lines of a field. */
export function refusedByAll(refusal: BoundRefusal): Readonly<Record<string, unknown>> {
  const joined = refusedBy({ ...refusal, lines: [refusal.lines.join(', ')] });
  return everyFront(refusedBy(refusal), Object.fromEntries(WEB_FRONTS.map((web) => [web, joined])));
}

/** The whole answer of a front that sends one line for each challenge. */
export function refusedBy({ status, lines, members = {}, fields }: BoundRefusal): WholeAnswer {
  const [only, ...others] = lines;
  const problem = { type: 'about:blank', title: STATUS_CODES[status], status, ...members };
  const body = JSON.stringify(problem);
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      connection: 'close',
      'content-length': String(Buffer.byteLength(body)),
      'content-type': 'application/problem+json',
      vary: 'Authorization',
      ...(only !== undefined && { 'www-authenticate': others.length === 0 ? only : lines }),
      ...fields,
    },
    body,
  };
}
