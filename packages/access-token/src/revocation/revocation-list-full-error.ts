/**
 * The failure of a revocation list that is full.
 *
 * @module
 */

/**
 * A revocation list has no space for another entry, so the tokens were not withdrawn: nothing is forgotten to
 * make space. Raise `maxEntries`, or withdraw a subject or a client instead of each of its tokens.
 */
export class RevocationListFullError extends Error {
  /** The name of the class. */
  override readonly name = 'RevocationListFullError';
  /** Identifies this class. */
  readonly code = 'ERR_REVOCATION_LIST_FULL';
  /** The option `maxEntries` of the list. */
  readonly maxEntries: number;

  constructor(maxEntries: number) {
    super(`the revocation list is full: it has ${maxEntries} entries; raise "maxEntries"`);
    this.maxEntries = maxEntries;
  }
}
