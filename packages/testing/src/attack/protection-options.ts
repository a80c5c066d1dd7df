/**
 * The options of `assertProtected()`.
 *
 * @module
 */
import {
  assertKnownOptions,
  didYouMean,
  invalidOption,
  isPlainObject,
} from '@scopegate/protocol/internal';
import type { Bearer } from '../bearer.js';
import { forgeries as allForgeries, type ForgeryName } from '../forgeries/forgeries.js';
import { checkedHeaders } from '../server/http-answer.js';
import type { TokenOverrides } from '../tokens/token-overrides.js';
import {
  type AttackedRoute,
  formatMiddleware,
  type UnseenTarget,
} from '../plans/attacked-route.js';
import type { AttackKit } from '../plans/attack.js';
import {
  assertForgeryNames,
  type BoundRouteOptions,
  resolvePossession,
} from './bound-route-options.js';

/** Options of `assertProtected()`. */
export interface ProtectionOptions extends BoundRouteOptions {
  /** The test issuer that the resource server trusts; it makes the tokens. */
  readonly issuer: {
    /** Creates request headers with tokens. */
    readonly bearer: Bearer;
    /**
     * Revokes a token.
     *
     * @defaultValue required for routes with `fresh`; otherwise not used
     */
    readonly revoke?: ((token: string) => void) | undefined;
    /** The time by which tokens are issued, in milliseconds. @defaultValue the current time */
    readonly clock?: (() => number) | undefined;
  };
  /**
   * Overrides of every token. The scope and the kind of caller are then set as each route requires.
   *
   * @defaultValue none: RFC 9068 tokens for the audience that was passed to `issuer.options()`
   */
  readonly token?: TokenOverrides | undefined;
  /**
   * The names of the forged tokens that are sent to every route.
   *
   * @defaultValue `expired`, `wrongAudience`, `foreignKey`, `tampered`, `algNone`
   */
  readonly forgeries?: readonly ForgeryName[] | undefined;
  /**
   * Concrete paths for routes whose parameters do not match placeholders, keyed by `GET /declared/:path`
   * or by the declared path alone. A name that matches no route throws.
   *
   * @defaultValue none: parameters are filled with placeholders
   */
  readonly paths?: Readonly<Record<string, string>> | undefined;
  /**
   * Routes to skip, written as `POST /declared/:path`. A name that matches no route throws.
   *
   * @defaultValue none
   */
  readonly except?: readonly string[] | undefined;
  /**
   * Middleware that is known to be harmless, named as in the audit: `serveStatic on /static`. A name
   * that matches no unguarded middleware throws.
   *
   * @defaultValue none
   */
  readonly ignoreUnseen?: readonly string[] | undefined;
  /**
   * Header fields to send with every request, for middleware that requires them before the guards.
   *
   * @defaultValue none
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The options, checked against the routes, with defaults. */
export interface ResolvedProtectionOptions {
  readonly kit: AttackKit;
  readonly paths: Readonly<Record<string, string>>;
  readonly except: readonly string[];
  readonly ignoreUnseen: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/** The parts of an audit that options can name. */
export interface ProtectedParts {
  readonly routes: readonly AttackedRoute[];
  /** Unguarded middleware. */
  readonly unseen: readonly UnseenTarget[];
  /** The scopes that the API declares. */
  readonly scopes: readonly string[];
}

const OPTIONS = [
  'issuer',
  'token',
  'forgeries',
  'publicUrl',
  'proofKey',
  'proofForgeries',
  'certificate',
  'paths',
  'except',
  'ignoreUnseen',
  'headers',
];
const DEFAULT_FORGERIES: readonly ForgeryName[] = [
  'expired',
  'wrongAudience',
  'foreignKey',
  'tampered',
  'algNone',
];

/**
 * Checks the options and adds the defaults.
 *
 * @throws TypeError An option is missing, unknown, or names a route that does not exist.
 */
export function resolveProtectionOptions(
  options: ProtectionOptions,
  { routes, unseen, scopes }: ProtectedParts,
): ResolvedProtectionOptions {
  assertKnownOptions('assertProtected', options, OPTIONS);
  const { issuer, token = {}, forgeries = DEFAULT_FORGERIES }: ProtectionOptions = options;
  const { paths = {}, except = [], headers = {} }: ProtectionOptions = options;
  const { ignoreUnseen = [] }: ProtectionOptions = options;
  assertIssuer(issuer, routes);
  assertForgeryNames('forgeries', forgeries, allForgeries);
  const possession = resolvePossession(options, routes);
  const labels = routes.map(({ method, path }) => `${method} ${path}`);
  assertNames('except', except, labels);
  assertNames('paths', Object.keys(paths), [...labels, ...routes.map(({ path }) => path)]);
  assertIgnored(ignoreUnseen, unseen.map(formatMiddleware));
  return {
    kit: {
      bearer: issuer.bearer,
      revoke: issuer.revoke,
      clock: issuer.clock ?? Date.now,
      token,
      forgeries,
      scopes,
      possession,
    },
    paths,
    except,
    ignoreUnseen,
    headers: checkedHeaders(headers),
  };
}

function assertIssuer(issuer: unknown, routes: readonly AttackedRoute[]): void {
  if (!isPlainObject(issuer) || typeof issuer['bearer'] !== 'function') {
    throw invalidOption('issuer', 'must be a test issuer; create one with createTestIssuer()');
  }
  if (typeof issuer['revoke'] === 'function' || !routes.some(({ fresh }) => fresh)) return;
  throw invalidOption('issuer', 'must have revoke(), because a route has "fresh"');
}

/** Otherwise an option that names a removed or renamed route would silently have no effect. */
function assertNames(option: string, names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue;
    throw invalidOption(
      option,
      `must name routes of the application, not "${name}"${didYouMean(name, known)}`,
    );
  }
}

/** Otherwise an obsolete entry would hide middleware that is later mounted under the same name. */
function assertIgnored(names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue;
    const rule = `must name unguarded middleware of the audit; remove "${name}"`;
    throw invalidOption('ignoreUnseen', `${rule}${didYouMean(name, known)}`);
  }
}
