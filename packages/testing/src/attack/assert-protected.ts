/**
 * A proof that every route of an application refuses what it should.
 *
 * @module
 */
import {
  type Attack,
  type AttackedRoute,
  nameOf,
  planAttacks,
  type UnseenTarget,
} from './plan-attacks.js';
import { formatRefusal, judge, judgeUnseen } from './check-refusal.js';
import { type AttackedApp, type HttpApplication, openAttackedApp } from './attacked-app.js';
import {
  type ProtectionOptions,
  type ResolvedProtectionOptions,
  resolveProtectionOptions,
} from './protection-options.js';
import { formatTable } from './text-table.js';

/** A resource server that can tell the routes of an application: `createResourceServer()` makes one. */
export interface AuditingApi {
  /** Tells every route of an application, and how it is protected. */
  auditRoutes(application: HttpApplication): {
    readonly routes: readonly AttackedRoute[];
    readonly unseen: readonly UnseenTarget[];
    readonly scopes: { readonly declared: readonly string[] | undefined };
  };
}

/** How to mend what no attack is needed to find. */
const ADVICE =
  'guard every route first of all; what is meant to take requests without a token is marked by ' +
  "declarePublic('why'), in the route or in front of it";

/** What was attacked, when everything was refused. */
export interface ProtectionReport {
  /** The routes that were attacked, as `GET /v1/sales/:id`. */
  readonly routes: readonly string[];
  /** How many requests were sent. */
  readonly attacks: number;
  /** The routes that were left alone: declared public, or excepted. */
  readonly spared: readonly string[];
}

interface Failure {
  readonly route: string;
  readonly attack: string;
  readonly expected: string;
  readonly found: string;
}

/**
 * Attacks every route of an application over HTTP and throws when one does not refuse as it should.
 *
 * Each route gets requests without a token, with forged tokens, with each needed scope missing, with
 * each forbidden scope added, and with a token of the wrong kind of caller: nothing but what has to
 * be refused, so that no handler behind a guard runs unless the guard fails. A refusal counts when a
 * guard gave it, for the right reason, with the status and the error code of RFC 6750 §3.1. Routes
 * that are open, that take requests without a token, that run a handler before their guard, or that
 * cannot be reached are failures too, unless `declarePublic()` says so. Public ones are left alone.
 *
 * Middleware on a path of its own that the audit cannot look into, without a guard in front of it, is
 * asked without a token, at its path and beneath: any answer that no guard gave is a failure, and so
 * is none, except 404, 405 and redirections (3xx).
 *
 * @param app - An Express application, after everything is mounted.
 * @param api - The resource server that guards it.
 * @throws Error (rejects) With a table of what went wrong; or there was nothing to attack.
 * @throws TypeError (rejects) An option is unknown or names nothing that is there.
 * @example
 * await assertProtected(app, api, { issuer });
 */
export async function assertProtected(
  app: HttpApplication,
  api: AuditingApi,
  options: ProtectionOptions,
): Promise<ProtectionReport> {
  const { routes, unseen, scopes } = api.auditRoutes(app);
  const exposed = unseen.filter(isExposed);
  const resolved = resolveProtectionOptions(options, {
    routes,
    unseen: exposed,
    scopes: scopes.declared ?? [],
  });
  const isSpared = (route: AttackedRoute): boolean =>
    route.access === 'public' || namesOf(route).some((name) => resolved.except.includes(name));
  const targets = routes.filter((route) => !isSpared(route));
  if (targets.length === 0) throw new Error('there is no route to attack: is everything mounted?');
  const target = await openAttackedApp(app);
  try {
    const battle = new Battle(target, resolved);
    for (const route of targets) await battle.attackRoute(route, methodFor(route, routes));
    for (const middleware of exposed) {
      if (!resolved.ignoreUnseen.includes(nameOf(middleware))) await battle.askUnseen(middleware);
    }
    battle.assertWon();
    return Object.freeze({
      routes: Object.freeze(targets.map(labelOf)),
      attacks: battle.attacks,
      spared: Object.freeze(routes.filter(isSpared).map(labelOf)),
    });
  } finally {
    await target.close();
  }
}

/** Every attack on one application, one after the other. */
class Battle {
  attacks = 0;
  /** Whether something failed that a declaration may mend. */
  #isAdvised = false;
  readonly #failures: Failure[] = [];
  readonly #target: AttackedApp;
  readonly #options: ResolvedProtectionOptions;

  constructor(target: AttackedApp, options: ResolvedProtectionOptions) {
    this.#target = target;
    this.#options = options;
  }

  async attackRoute(route: AttackedRoute, method: string): Promise<void> {
    const { paths, arsenal } = this.#options;
    const label = labelOf(route);
    const named = [...namesOf(route), route.path].flatMap((name) => paths[name] ?? []);
    const [path, ...others] = named.length > 0 ? named : route.samplePaths;
    const gap = findGap(route);
    if (gap !== undefined) this.#isAdvised = true;
    const obstacle = gap ?? findObstacle(route);
    if (obstacle !== undefined || path === undefined) {
      const found = obstacle ?? 'not reached: name a path for it by "paths"';
      this.#fail({ route: label, attack: 'any', expected: 'a guard', found });
      return;
    }
    const attacks = planAttacks(route, arsenal);
    for (const attack of attacks) await this.#send(label, attack, { method, path });
    const [simplest] = attacks;
    // One attack is enough to see that a guard stands before every spelling.
    for (const other of others) {
      if (simplest) await this.#send(label, simplest, { method, path: other });
    }
  }

  /** Asks middleware without a token: for its path and for what may be beneath. */
  async askUnseen(target: UnseenTarget): Promise<void> {
    const place = nameOf(target);
    const { samplePaths } = target;
    const failed = (found: string): void => {
      this.#isAdvised = true;
      this.#fail({ route: place, attack: 'no token', expected: 'a guard', found });
    };
    if (samplePaths.length === 0) failed('not reached: guard it, or name it by "ignoreUnseen"');
    const urls = samplePaths.flatMap((each) => [each, `${each.replace(/\/$/, '')}/sample`]);
    for (const url of new Set(urls)) {
      for (const method of ['GET', 'POST']) {
        this.attacks += 1;
        const request = { method, path: url, headers: this.#options.headers };
        const found = await this.#target.send(request).then(judgeUnseen, describeSilence);
        if (found !== undefined) failed(`${method} ${url}: ${found}`);
      }
    }
  }

  /** @throws Error Something was not refused. */
  assertWon(): void {
    const failures = this.#failures;
    if (failures.length === 0) return;
    const rows = failures.map(({ route, attack, expected, found }) => {
      return [route, attack, expected, found];
    });
    const table = formatTable([['ROUTE', 'ATTACK', 'EXPECTED', 'GOT'], ...rows]);
    const advice = this.#isAdvised ? `\n\n${ADVICE}` : '';
    throw new Error(`routes do not refuse what they should:\n\n${table}${advice}`);
  }

  async #send(
    route: string,
    { name, headers, refusal }: Attack,
    target: { readonly method: string; readonly path: string },
  ): Promise<void> {
    this.attacks += 1;
    const request = { ...target, headers: { ...this.#options.headers, ...headers } };
    const found = await this.#target
      .send(request)
      .then((outcome) => judge(outcome, refusal), describeSilence);
    if (found === undefined) return;
    this.#fail({ route, attack: name, expected: formatRefusal(refusal), found });
  }

  #fail(failure: Failure): void {
    const { route, attack, found } = failure;
    // What is wrong with GET need not be said of HEAD again.
    const get = route.replace(/^HEAD /, 'GET ');
    const isKnown = this.#failures.some(
      (other) => other.route === get && other.attack === attack && other.found === found,
    );
    if (get === route || !isKnown) this.#failures.push(failure);
  }
}

function describeSilence(error: unknown): string {
  return `not reached: ${error instanceof Error ? error.message : 'no answer'}`;
}

/** The names that an option may give a route: whoever says GET means its HEAD too. */
function namesOf(route: AttackedRoute): readonly string[] {
  const names = [labelOf(route)];
  return route.impliedByGet ? [...names, `GET ${route.path}`] : names;
}

function labelOf({ method, path }: AttackedRoute): string {
  return `${method} ${path}`;
}

/** What answers any method is asked by one that others on its way are not likely to answer. */
function methodFor({ method, path }: AttackedRoute, routes: readonly AttackedRoute[]): string {
  if (method !== 'ALL') return method;
  const taken = routes.filter((route) => route.path === path).map((route) => route.method);
  const methods = ['PATCH', 'PUT', 'DELETE', 'POST', 'GET', 'OPTIONS'];
  return methods.find((each) => !taken.includes(each)) ?? 'TRACE';
}

/** What the audit itself says against a route. */
function findGap({ access, publicReason, earlyHandlers }: AttackedRoute): string | undefined {
  if (access === 'open') return 'open: no guard stands before it';
  if (publicReason !== undefined) return undefined;
  if (access === 'optional') return 'optional: requests without a token pass';
  if (earlyHandlers.length === 0) return undefined;
  const names = earlyHandlers.map((name) => (name === '' ? 'a function' : name)).join(', ');
  return `${names} runs before the guard`;
}

function findObstacle({ shadowedBy }: AttackedRoute): string | undefined {
  if (shadowedBy?.isCertain !== true) return undefined;
  return `not reached: ${shadowedBy.route} answers first`;
}

/** Whether middleware may answer requests without a token, and nothing says that it is meant to. */
function isExposed({ hasOwnPath, isGuarded, publicReason }: UnseenTarget): boolean {
  return hasOwnPath && !isGuarded && publicReason === undefined;
}
