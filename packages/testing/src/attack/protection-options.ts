/**
 * How the routes of an application are attacked.
 *
 * @module
 */
import {
  assertKnownOptions,
  didYouMean,
  invalidOption,
  isPlainObject,
} from '@scopegate/protocol/internal';
import { type Arsenal, type AttackedRoute, nameOf, type UnseenTarget } from './attack.js';
import type { Bearer } from '../bearer.js';
import { forgeries as allForgeries, type ForgeryName } from '../forgeries/forgeries.js';
import { checkedHeaders } from '../server/http-answer.js';
import type { TokenOverrides } from '../tokens/token-mint.js';

/** How the routes of an application are attacked. */
export interface ProtectionOptions {
  /** The issuer that the resource server trusts: it makes the tokens. */
  readonly issuer: { readonly bearer: Bearer };
  /**
   * What every token says; scopes and the kind of caller are set as each route needs them.
   *
   * @defaultValue a token of RFC 9068 for the audience that `issuer.options()` named
   */
  readonly token?: TokenOverrides | undefined;
  /**
   * The forged tokens that every route gets.
   *
   * @defaultValue `expired`, `wrongAudience`, `foreignKey`, `tampered`, `algNone`
   */
  readonly forgeries?: readonly ForgeryName[] | undefined;
  /**
   * Concrete paths by `GET /declared/:path` or by the declared path alone, for routes that no
   * placeholder leads to.
   */
  readonly paths?: Readonly<Record<string, string>> | undefined;
  /** Routes that are left alone, as `POST /declared/:path`. */
  readonly except?: readonly string[] | undefined;
  /**
   * Middleware that is known to be harmless though no audit can look into it, as the audit names it:
   * `serveStatic on /static`. Each must be needed.
   */
  readonly ignoreUnseen?: readonly string[] | undefined;
  /** Header fields of every request, such as those that a middleware before the guards asks for. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The options, checked against the routes and complete. */
export interface ResolvedProtectionOptions {
  readonly arsenal: Arsenal;
  readonly paths: Readonly<Record<string, string>>;
  readonly except: readonly string[];
  readonly ignoreUnseen: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/** What an audit found, as far as options name it. */
export interface ProtectedParts {
  readonly routes: readonly AttackedRoute[];
  /** Middleware that has to be asked. */
  readonly unseen: readonly UnseenTarget[];
  /** The scopes that the API declares. */
  readonly scopes: readonly string[];
}

const OPTIONS = ['issuer', 'token', 'forgeries', 'paths', 'except', 'ignoreUnseen', 'headers'];
const DEFAULT_FORGERIES: readonly ForgeryName[] = [
  ...(['expired', 'wrongAudience', 'foreignKey', 'tampered', 'algNone'] as const),
];

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError One is unknown or cannot be used, or names what is not there.
 */
export function resolveProtectionOptions(
  options: ProtectionOptions,
  { routes, unseen, scopes }: ProtectedParts,
): ResolvedProtectionOptions {
  assertKnownOptions('assertProtected', options, OPTIONS);
  const { issuer, token = {}, forgeries = DEFAULT_FORGERIES }: ProtectionOptions = options;
  const { paths = {}, except = [], headers = {} }: ProtectionOptions = options;
  const { ignoreUnseen = [] }: ProtectionOptions = options;
  assertIssuer(issuer);
  assertForgeries(forgeries);
  const labels = routes.map(({ method, path }) => `${method} ${path}`);
  assertNames('except', except, labels);
  assertNames('paths', Object.keys(paths), [...labels, ...routes.map(({ path }) => path)]);
  assertIgnored(ignoreUnseen, unseen.map(nameOf));
  return {
    arsenal: { bearer: issuer.bearer, token, forgeries, scopes },
    paths,
    except,
    ignoreUnseen,
    headers: checkedHeaders(headers),
  };
}

function assertIssuer(issuer: unknown): void {
  if (isPlainObject(issuer) && typeof issuer['bearer'] === 'function') return;
  throw invalidOption('issuer', 'must be a test issuer');
}

function assertForgeries(names: readonly string[]): void {
  const known = allForgeries.map(({ name }) => name);
  for (const name of names) {
    if (known.some((each) => each === name)) continue;
    throw invalidOption('forgeries', `has an unknown name "${name}"${didYouMean(name, known)}`);
  }
}

/** A name that fits nothing any more is a route that is no longer looked at as it was meant. */
function assertNames(option: string, names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue;
    throw invalidOption(option, `names no route: "${name}"${didYouMean(name, known)}`);
  }
}

/** What is ignored without need hides what is mounted there one day. */
function assertIgnored(names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue;
    const rule = `must name unguarded middleware of the audit; remove "${name}"`;
    throw invalidOption('ignoreUnseen', `${rule}${didYouMean(name, known)}`);
  }
}
