/**
 * A guard for opaque tokens that is written by hand, and shares no code with Scopegate.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestIssuer } from '@scopegate/testing';

/** A check of the guard, named after the reason that it reports. */
export type IntrospectionCheck =
  | 'missing_credentials'
  | 'typ'
  | 'inactive'
  | 'fresh'
  | 'audience'
  | 'scope'
  | 'principal'
  | 'acr'
  | 'auth_time';

/** Settings of the guard. */
export interface IntrospectingGuardSettings {
  readonly issuer: TestIssuer;
  readonly audience: string;
  /** @defaultValue none */
  readonly scope?: string | undefined;
  /** @defaultValue any */
  readonly acrValues?: readonly string[] | undefined;
  /** @defaultValue no limit */
  readonly maxAgeSeconds?: number | undefined;
  /**
   * The checks that are left out. Without `fresh`, responses are cached; without `principal`, a client must
   * authenticate again as a user must.
   *
   * @defaultValue none
   */
  readonly skips?: readonly IntrospectionCheck[] | undefined;
}

type Members = Readonly<Record<string, unknown>>;

class Refused extends Error {
  readonly reason: IntrospectionCheck;

  constructor(reason: IntrospectionCheck) {
    super(reason);
    this.reason = reason;
  }
}

const decisions = channel('scopegate:decision');

/**
 * Creates the guard of a route.
 *
 * @returns A function that answers refused requests; it resolves to whether the request was accepted.
 */
export function createIntrospectingGuard(
  settings: IntrospectingGuardSettings,
): (req: IncomingMessage, res: ServerResponse) => Promise<boolean> {
  const cached = new Map<string, Members>();
  return async (req, res) => {
    const reason = await checkRequest(settings, { req, cached }).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof Refused) return error.reason;
        throw error;
      },
    );
    decisions.publish({ outcome: reason === undefined ? 'allowed' : 'refused', reason });
    if (reason === undefined) return true;
    const { status, error } = describe(reason);
    const parameter = error === undefined ? '' : `, error="${error}"`;
    res.writeHead(status, { 'WWW-Authenticate': `Bearer realm="test"${parameter}` }).end();
    return false;
  };
}

function describe(reason: IntrospectionCheck): { status: number; error: string | undefined } {
  if (reason === 'missing_credentials') return { status: 401, error: undefined };
  if (reason === 'scope' || reason === 'principal') {
    return { status: 403, error: 'insufficient_scope' };
  }
  const isStepUp = reason === 'acr' || reason === 'auth_time';
  return { status: 401, error: isStepUp ? 'insufficient_user_authentication' : 'invalid_token' };
}

interface GuardedRequest {
  readonly req: IncomingMessage;
  /** The responses about active tokens. */
  readonly cached: Map<string, Members>;
}

async function checkRequest(
  settings: IntrospectingGuardSettings,
  { req, cached }: GuardedRequest,
): Promise<void> {
  const { skips = [], audience, scope } = settings;
  const demand = (check: IntrospectionCheck, isMet: boolean): void => {
    if (!isMet && !skips.includes(check)) throw new Refused(check);
  };
  const [, token] = /^Bearer (\S+)$/.exec(req.headers.authorization ?? '') ?? [];
  if (token === undefined) throw new Refused('missing_credentials');
  demand('typ', token.split('.').length !== 3);
  const known = skips.includes('fresh') ? cached.get(token) : undefined;
  const members = known ?? (await introspect(settings.issuer, token));
  demand('inactive', members['active'] === true);
  cached.set(token, members);
  demand('audience', [members['aud']].flat().includes(audience));
  demand('scope', scope === undefined || String(members['scope']).split(' ').includes(scope));
  checkAuthentication(settings, members, demand);
}

function checkAuthentication(
  { acrValues, maxAgeSeconds, issuer }: IntrospectingGuardSettings,
  { sub, client_id: clientId, acr, auth_time: authTime }: Members,
  demand: (check: IntrospectionCheck, isMet: boolean) => void,
): void {
  if (acrValues === undefined && maxAgeSeconds === undefined) return;
  demand('principal', sub !== clientId);
  demand('acr', acrValues === undefined || acrValues.some((each) => each === acr));
  const age = issuer.clock() / 1000 - Number(authTime);
  demand('auth_time', maxAgeSeconds === undefined || age <= maxAgeSeconds);
}

async function introspect(issuer: TestIssuer, token: string): Promise<Members> {
  const { clientId, clientSecret } = issuer.introspectionClient;
  const response = await issuer.fetch(issuer.introspectionEndpoint, {
    method: 'POST',
    body: new URLSearchParams({ token, client_id: clientId, client_secret: clientSecret() }),
  });
  return (await response.json()) as Members;
}
