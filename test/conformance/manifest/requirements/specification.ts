/**
 * The shape of the manifest.
 *
 * @module
 */

/**
 * How binding a requirement is: as the specification has it, or `own` where that is silent or gives
 * a choice.
 */
export type Level = 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY' | 'own';

interface Described {
  /** Names it in tests and reports. */
  readonly id: string;
  /** The document and its section. */
  readonly source: string;
  readonly level: Level;
  /** In our own words. */
  readonly requirement: string;
}

/** One requirement on a resource server, or on a client. */
export type Requirement =
  | (Described & { readonly status: 'tested' })
  | (Described & {
      /** `declined`: not done, for the reason given; `planned`: not built yet. */
      readonly status: 'declined' | 'planned';
      readonly reason: string;
    });

/** The requirements of one document, or of several that belong together. */
export interface Specification {
  readonly title: string;
  readonly requirements: readonly Requirement[];
}
