/**
 * Trusted issuers that are listed in the options.
 *
 * @module
 */
import type { IntrospectionHealth } from '../introspection/introspector.js';
import type { KeySetHealth } from '../keys/key-set.js';
import { usesKeys } from './create-key-set.js';
import type { TrustedIssuer, TrustedIssuers } from './trusted-issuers.js';

/** Issuers that never change. */
export class ListedIssuers implements TrustedIssuers {
  readonly fallback: TrustedIssuer;
  readonly isComplete = true;
  readonly #issuers: readonly TrustedIssuer[];
  readonly #byIdentifier: ReadonlyMap<string, TrustedIssuer>;

  /** @param issuers - The options of the first one apply to tokens of unknown issuers. */
  constructor(issuers: readonly [TrustedIssuer, ...TrustedIssuer[]]) {
    [this.fallback] = issuers;
    this.#issuers = Object.freeze([...issuers]);
    this.#byIdentifier = new Map(issuers.map((trusted) => [trusted.issuer, trusted]));
  }

  find(issuer: string): TrustedIssuer | undefined {
    return this.#byIdentifier.get(issuer);
  }

  list(): readonly TrustedIssuer[] {
    return this.#issuers;
  }

  async whenReady(): Promise<void> {
    const sources = this.#issuers.flatMap(({ keySet, introspector = [] }) => [
      keySet,
      ...[introspector].flat(),
    ]);
    await Promise.all(sources.map((source) => source.whenReady()));
  }

  async refresh(): Promise<void> {
    const refreshes = this.#issuers.map(({ keySet }) => keySet.refresh());
    const outcomes = await Promise.allSettled(refreshes);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  introspectionHealth(): readonly IntrospectionHealth[] {
    return this.#issuers.flatMap(({ introspector }) => introspector?.health() ?? []);
  }

  health(): readonly KeySetHealth[] {
    return this.#issuers.filter(usesKeys).map(({ keySet }) => keySet.health());
  }

  close(): void {
    for (const { keySet, introspector } of this.#issuers) {
      keySet.close();
      introspector?.close();
    }
  }
}
