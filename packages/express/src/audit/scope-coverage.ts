/**
 * The scopes that an API declares, those its metadata publishes, and those its routes need.
 *
 * @module
 */
import type { PublishedMetadata } from '../metadata/published-metadata.js';

/** Declared scopes held against the routes. */
export interface AuditedScopes {
  /** What the API declared, or else published; `undefined` when it did neither. */
  readonly declared: readonly string[] | undefined;
  /** Declared, and needed by no route. */
  readonly unused: readonly string[];
  /** Needed by a route, and not declared. */
  readonly undeclared: readonly string[];
}

/** Published scopes held against the routes. RFC 9728 §2. */
export interface AuditedMetadata {
  /** `scopes_supported` of all mounted documents together; `undefined` when none has it. */
  readonly scopesSupported: readonly string[] | undefined;
  /** Needed by a route, and not published: clients do not learn what to ask for. */
  readonly missing: readonly string[];
  /** Published, and needed by no route: clients ask for more than they need. */
  readonly needless: readonly string[];
}

/** Holds the declared scopes against those that routes need. */
export function auditScopes(
  declared: readonly string[] | undefined,
  needed: readonly string[],
): AuditedScopes {
  const { missing, extra } = compare(declared ?? needed, needed);
  return Object.freeze({
    declared: declared && Object.freeze([...declared]),
    unused: extra,
    undeclared: missing,
  });
}

/**
 * Holds the mounted metadata documents against the scopes that routes need.
 *
 * @returns `undefined` when none is mounted.
 */
export function auditMetadata(
  documents: readonly PublishedMetadata[],
  needed: readonly string[],
): AuditedMetadata | undefined {
  if (documents.length === 0) return undefined;
  const published = documents.flatMap(({ scopes_supported: scopes }) => scopes ?? []);
  const { missing, extra } = compare(published, needed);
  const isSilent = documents.every(({ scopes_supported: scopes }) => scopes === undefined);
  return Object.freeze({
    scopesSupported: isSilent ? undefined : Object.freeze([...new Set(published)]),
    missing,
    needless: extra,
  });
}

function compare(
  known: readonly string[],
  needed: readonly string[],
): { readonly missing: readonly string[]; readonly extra: readonly string[] } {
  return {
    missing: Object.freeze([...new Set(needed.filter((scope) => !known.includes(scope)))]),
    extra: Object.freeze([...new Set(known.filter((scope) => !needed.includes(scope)))]),
  };
}
