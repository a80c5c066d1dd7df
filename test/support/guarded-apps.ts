/**
 * Applications whose guard is written by hand, so that it can lack a check.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  assertProtected,
  type AttackedRoute,
  type AuditingApi,
  type HttpApplication,
  type ProtectionOptions,
} from '@scopegate/testing';

/** An application with one route. */
export interface GuardedApp {
  readonly app: HttpApplication;
  readonly api: AuditingApi;
  /** How often the handler ran. */
  readonly runs: () => number;
}

/** What a test decides about an application. */
export interface GuardedAppSetup {
  /** Resolves to whether the handler may run; otherwise it has sent the response. */
  readonly guard: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** The route. What is not given is that of a `GET` route that accepts every token. */
  readonly route: Partial<AttackedRoute> & { readonly path: string };
  readonly declaredScopes: readonly string[];
}

/** Creates an application with one route behind a guard. */
export function createGuardedApp({ guard, route, declaredScopes }: GuardedAppSetup): GuardedApp {
  const routes: readonly AttackedRoute[] = [
    {
      method: 'GET',
      access: 'guarded',
      exposure: undefined,
      scope: undefined,
      atMost: undefined,
      principal: undefined,
      impliedByGet: false,
      shadowedBy: undefined,
      samplePaths: [route.path],
      ...route,
    },
  ];
  let runs = 0;
  return {
    app: (req, res) => {
      void guard(req, res).then((isAccepted) => {
        if (!isAccepted) return;
        runs += 1;
        res.writeHead(204).end();
      });
    },
    api: { auditRoutes: () => ({ routes, unseen: [], scopes: { declared: declaredScopes } }) },
    runs: () => runs,
  };
}

/** Attacks an application, and returns the rows of the table of failures, without the route. */
export async function failuresOf(
  { app, api }: GuardedApp,
  options: ProtectionOptions,
): Promise<readonly string[]> {
  const error: unknown = await assertProtected(app, api, options).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error === undefined) return [];
  const rows = (error as Error).message.split('\n').filter((line) => line.startsWith('GET '));
  return rows.map((row) => row.split(/ {2,}/).slice(1).join(' | '));
}
