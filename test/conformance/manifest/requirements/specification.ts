/**
 * The shape of the manifest.
 *
 * @module
 */

/**
 * The level of the specification, or `own` where the specification is silent or gives a choice.
 */
export type Level = 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY' | 'own';

interface Described {
  /** Identifies it in tests and reports: `rfc6750#3.1/missing-scope-is-403`. */
  readonly id: string;
  /** The document and its section. */
  readonly source: string;
  readonly level: Level;
  /** A paraphrase. */
  readonly requirement: string;
}

/** One requirement on a resource server, or on a client. */
export type Requirement =
  | (Described & { readonly status: 'tested' })
  | (Described & {
      /** Not implemented. */
      readonly status: 'declined';
      readonly reason: string;
    });

/** The requirements of one document, or of several that belong together. */
export interface Specification {
  readonly title: string;
  readonly requirements: readonly Requirement[];
}
