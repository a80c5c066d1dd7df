/**
 * Compares the scopes that an API declares and publishes with those that its routes require.
 *
 * @module
 */
import type { PublishedMetadata } from '../metadata/published-metadata.js';
import { listScopes } from '../policy/scope-requirement.js';
import type { CombinedPolicy } from './combined-policy.js';

/**
 * The declared scopes compared with the routes. Frozen.
 *
 * @example
 * expect(auditRoutes(app, { scopes: SCOPES }).scopes.unused).toEqual([]);
 */
export interface AuditedScopes {
  /**
   * The scopes that the API declares in the option `scopes`, otherwise those of its metadata;
   * `undefined` when it has neither.
   */
  readonly declared: readonly string[] | undefined;
  /**
   * Scopes that are declared, but not required by any route, and do not imply a scope that a route
   * requires.
   */
  readonly unused: readonly string[];
  /** Scopes that a route requires, but that are not declared; empty when none are declared. */
  readonly undeclared: readonly string[];
}

/**
 * The published scopes compared with the routes. Frozen.
 *
 * @see RFC 9728 §2
 * @example
 * expect(auditRoutes(app).metadata?.missing).toEqual([]);
 */
export interface AuditedMetadata {
  /** `scopes_supported` of all mounted documents together; `undefined` when none has it. */
  readonly scopesSupported: readonly string[] | undefined;
  /** Scopes that a route requires, but that are not published: clients cannot know to request them. */
  readonly missing: readonly string[];
  /**
   * Scopes that are published, but not required by any route: clients request more than they need. A
   * broad scope is one of them, even if it implies a required scope.
   */
  readonly needless: readonly string[];
}

/** What an API says about its scopes. */
export interface ScopeSources {
  /** The scopes that the application declares; `undefined` for those of its metadata. */
  readonly declared: readonly string[] | undefined;
  /** The metadata documents that are served. */
  readonly documents: readonly PublishedMetadata[];
}

/** Compares the declared and the published scopes with those that routes require. */
export function auditCoverage(
  routes: readonly CombinedPolicy[],
  { declared, documents }: ScopeSources,
): { readonly scopes: AuditedScopes; readonly metadata: AuditedMetadata | undefined } {
  const required = routes.flatMap((route) => route.scopes);
  const accepted = routes.flatMap(({ expandedScope }) =>
    expandedScope === undefined ? [] : listScopes(expandedScope),
  );
  const metadata = auditMetadata(documents, required);
  return {
    scopes: auditScopes(declared ?? metadata?.scopesSupported, required, accepted),
    metadata,
  };
}

/**
 * Compares the declared scopes with those that routes require.
 *
 * @param accepted - The scopes that satisfy routes: the required ones, and those that imply them.
 */
function auditScopes(
  declared: readonly string[] | undefined,
  required: readonly string[],
  accepted: readonly string[],
): AuditedScopes {
  const { missing, extra } = compare(declared ?? required, required);
  return Object.freeze({
    declared: declared && Object.freeze([...declared]),
    unused: Object.freeze(extra.filter((scope) => !accepted.includes(scope))),
    undeclared: missing,
  });
}

/**
 * Compares the scopes of the mounted metadata documents with those that routes require.
 *
 * @returns `undefined` when no document is mounted.
 */
function auditMetadata(
  documents: readonly PublishedMetadata[],
  required: readonly string[],
): AuditedMetadata | undefined {
  if (documents.length === 0) return undefined;
  const published = documents.flatMap(({ scopes_supported: scopes }) => scopes ?? []);
  const { missing, extra } = compare(published, required);
  const isPublished = documents.some(({ scopes_supported: scopes }) => scopes !== undefined);
  return Object.freeze({
    scopesSupported: isPublished ? Object.freeze([...new Set(published)]) : undefined,
    missing,
    needless: extra,
  });
}

function compare(
  known: readonly string[],
  required: readonly string[],
): { readonly missing: readonly string[]; readonly extra: readonly string[] } {
  return {
    missing: Object.freeze([...new Set(required.filter((scope) => !known.includes(scope)))]),
    extra: Object.freeze([...new Set(known.filter((scope) => !required.includes(scope)))]),
  };
}
