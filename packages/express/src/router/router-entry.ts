/**
 * The entries of a router: what was mounted on it, in that order.
 *
 * @module
 */
import type { DeclaredPath } from './declared-path.js';
import type { RouteHandler } from './handler.js';
import type { Dialect } from './path-pattern.js';

/** The paths of an entry, and how Express matches them. */
export interface EntryPaths {
  /** As they were declared. */
  readonly paths: readonly DeclaredPath[];
  /** The version of Express whose grammar the paths are written in. */
  readonly dialect: Dialect;
  /** The expression that Express 4 made of the paths, with its flags; `undefined` in Express 5. */
  readonly expression: string | undefined;
  /**
   * Whether the paths contain only text, parameters and wildcards, so that samples can represent every
   * path they match. A regular expression, even in a parameter, may match any subset.
   */
  readonly isPlain: boolean;
  /**
   * Asks Express whether a path leads to this entry.
   *
   * @returns The part of the path that matched, `''` for `/`; `undefined` when it does not match.
   */
  readonly match: (path: string) => string | undefined;
}

/** A handler, and what the `see` function of the walk returned for it. */
export interface EntryHandler<Seen> extends RouteHandler {
  readonly seen: Seen;
}

/** A route: `app.get()`, `app.all()`, `app.route()`. */
export interface RouteEntry<Seen> extends EntryPaths {
  readonly kind: 'route';
  /** The object of Express itself, which requests refer to. */
  readonly identity: object;
  /** In the order they run. */
  readonly handlers: readonly EntryHandler<Seen>[];
}

/** A router or an application that is mounted on another. */
export interface MountEntry<Seen> extends EntryPaths {
  readonly kind: 'mount';
  readonly tree: RouterTree<Seen>;
}

/** A function that was mounted by `use()`. */
export interface MiddlewareEntry<Seen> extends EntryPaths {
  readonly kind: 'middleware';
  /** The name that the function had when it was mounted; `''` for none. */
  readonly name: string;
  readonly handler: EntryHandler<Seen>;
}

/** One entry. Error handlers have none because they run only for failed requests. */
export type RouterEntry<Seen> = RouteEntry<Seen> | MountEntry<Seen> | MiddlewareEntry<Seen>;

/** A router and all that is mounted on it. */
export type RouterTree<Seen> = readonly RouterEntry<Seen>[];
