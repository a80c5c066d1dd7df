/**
 * Runs attacks on an application and collects those that it does not refuse.
 *
 * @module
 */
import type { Attack } from '../plans/attack.js';
import {
  type AttackCaller,
  type AttackTarget,
  BEARER_CALLER,
  createBoundCaller,
  type RouteProbe,
} from '../plans/attack-caller.js';
import type { AttackedApp, AttackOutcome } from './attacked-app.js';
import {
  type AttackedRoute,
  formatMiddleware,
  formatRoute,
  listRouteNames,
  type UnseenTarget,
} from '../plans/attacked-route.js';
import { checkRefusal, checkUnseenResponse, formatRefusal } from './check-refusal.js';
import { planAttacks } from '../plans/plan-attacks.js';
import type { ResolvedProtectionOptions } from './protection-options.js';
import { formatTable } from './text-table.js';

/** The advice for failures that a guard or `declarePublic()` fixes. */
const ADVICE =
  'Add a guard before every other handler of a route. Where requests without a token are intended, ' +
  "add declarePublic('reason') to the route or before it.";

interface Failure {
  readonly route: string;
  readonly attack: string;
  readonly expected: string;
  readonly found: string;
}

/** Sends the attacks on one application, one after another. */
export class AttackRun {
  /** The number of requests that were sent. */
  attacks = 0;
  /** Whether a guard or a declaration would fix a failure. */
  #needsAdvice = false;
  readonly #failures: Failure[] = [];
  readonly #target: AttackedApp;
  readonly #options: ResolvedProtectionOptions;

  constructor(target: AttackedApp, options: ResolvedProtectionOptions) {
    this.#target = target;
    this.#options = options;
  }

  /**
   * Attacks a route.
   *
   * @param method - The HTTP method to use; not `'ALL'`.
   */
  async attackRoute(route: AttackedRoute, method: string): Promise<void> {
    const { paths, kit } = this.#options;
    const label = formatRoute(route);
    const named = [...listRouteNames(route), route.path].flatMap((name) => paths[name] ?? []);
    const [path, ...others] = named.length > 0 ? named : route.samplePaths;
    const { exposure } = route;
    if (exposure !== undefined) this.#needsAdvice = true;
    const problem = exposure?.reason ?? describeShadow(route);
    if (problem !== undefined || path === undefined) {
      const found = problem ?? 'not reached: set a path in option "paths"';
      this.#fail({ route: label, attack: 'any', expected: 'a guard', found });
      return;
    }
    const target = { method, path };
    const attacks = planAttacks(route, kit, await this.#chooseCaller(route, target));
    for (const attack of attacks) await this.#send(label, attack, target);
    const [simplest] = attacks;
    // One attack shows whether the guard also covers the other spellings of the path.
    for (const other of others) {
      if (simplest) await this.#send(label, simplest, { method, path: other });
    }
  }

  /** Sends requests without a token to middleware: to its path and to a path below it. */
  async probeMiddleware(middleware: UnseenTarget): Promise<void> {
    const route = formatMiddleware(middleware);
    const { samplePaths } = middleware;
    const fail = (found: string): void => {
      this.#needsAdvice = true;
      this.#fail({ route, attack: 'no token', expected: 'a guard', found });
    };
    if (samplePaths.length === 0) fail('not reached: add a guard, or list it in "ignoreUnseen"');
    const urls = samplePaths.flatMap((each) => [each, `${each.replace(/\/$/, '')}/sample`]);
    for (const url of new Set(urls)) {
      for (const method of ['GET', 'POST']) {
        this.attacks += 1;
        const request = { method, path: url, headers: this.#options.headers };
        const found = await this.#target.send(request).then(checkUnseenResponse, describeFailure);
        if (found !== undefined) fail(`${method} ${url}: ${found}`);
      }
    }
  }

  /**
   * Reports the failures.
   *
   * @throws Error An attack was not refused; the message has a table of all such attacks.
   */
  assertNoFailures(): void {
    const failures = this.#failures;
    if (failures.length === 0) return;
    const rows = failures.map(({ route, attack, expected, found }) => {
      return [route, attack, expected, found];
    });
    const table = formatTable([['ROUTE', 'ATTACK', 'EXPECTED', 'GOT'], ...rows]);
    const advice = this.#needsAdvice ? `\n\n${ADVICE}` : '';
    throw new Error(`the application is not fully protected:\n\n${table}${advice}`);
  }

  /** Sends a token that is not valid to a route with a constraint, because the challenge shows its schemes. */
  async #chooseCaller(route: AttackedRoute, target: AttackTarget): Promise<AttackCaller> {
    const { senderConstraints = [] } = route;
    if (senderConstraints.length === 0) return BEARER_CALLER;
    const { kit, headers } = this.#options;
    const authorization = kit.bearer.tampered(kit.token).authorization.replace('Bearer', 'DPoP');
    this.attacks += 1;
    const probe = await this.#target
      .send({ ...target, headers: { ...headers, authorization } })
      .then(readProbe, () => NOT_REACHED);
    return createBoundCaller(senderConstraints, kit.possession, { target, probe });
  }

  async #send(
    route: string,
    { name, headers, refusal, before, prepare }: Attack,
    target: AttackTarget,
  ): Promise<void> {
    const send = (fields: Attack['headers']): Promise<AttackOutcome> => {
      this.attacks += 1;
      return this.#target.send({ ...target, headers: { ...this.#options.headers, ...fields } });
    };
    const attack = async (): Promise<AttackOutcome> => {
      if (before !== undefined) await send(before);
      prepare?.();
      return send(headers);
    };
    const found = await attack().then((outcome) => checkRefusal(outcome, refusal), describeFailure);
    if (found === undefined) return;
    this.#fail({ route, attack: name, expected: formatRefusal(refusal), found });
  }

  #fail(failure: Failure): void {
    const { route, attack, found } = failure;
    // A failure of GET is not repeated for HEAD.
    const get = route.replace(/^HEAD /, 'GET ');
    const isKnown = this.#failures.some(
      (other) => other.route === get && other.attack === attack && other.found === found,
    );
    if (get === route || !isKnown) this.#failures.push(failure);
  }
}

const NOT_REACHED: RouteProbe = { acceptsProofs: false, nonce: undefined };

function readProbe({ challenge = '', nonce }: AttackOutcome): RouteProbe {
  return { acceptsProofs: /(?:^|,\s*)DPoP(?:\s|$)/i.test(challenge), nonce };
}

function describeFailure(error: unknown): string {
  return `not reached: ${error instanceof Error ? error.message : 'no response'}`;
}

function describeShadow({ shadowedBy }: AttackedRoute): string | undefined {
  if (shadowedBy?.isCertain !== true) return undefined;
  return `not reached: ${shadowedBy.route} answers first`;
}
