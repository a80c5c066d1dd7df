/**
 * Start-up, operation and shutdown of a resource server.
 *
 * @module
 */
import type { AccessTokenVerifier, VerifierHealth } from '@scopegate/access-token';
import type { ReportOnlyGuard, ReportOnlyGuards } from '../guard/report-only-guards.js';

/** The health of a resource server. */
export interface ResourceServerHealth extends VerifierHealth {
  /**
   * The guards that only report now, so that they protect nothing, in the order in which they were created;
   * empty when every guard enforces its policy.
   */
  readonly reportOnly: readonly ReportOnlyGuard[];
}

/** The methods that operate a resource server. */
export interface Lifecycle {
  /**
   * Resolves when the keys of every issuer are available; immediately when issuers are found at run time.
   *
   * @throws KeySetUnavailableError (rejects) The keys of an issuer are not available; the message
   *   names the issuer, the URL and the cause.
   * @example
   * await api.ready();
   * app.listen(3000);
   */
  ready(): Promise<void>;
  /**
   * Fetches the keys of every issuer now, and looks up those that were found at run time; see {@link AccessTokenVerifier.refresh}.
   *
   * @throws KeySetUnavailableError (rejects) An issuer did not return a usable key set; its cached keys
   *   remain.
   * @example
   * process.on('SIGHUP', () => void api.refresh().catch(() => undefined));
   */
  refresh(): Promise<void>;
  /**
   * Returns the state of every issuer's keys, where used DPoP proofs are registered, and which guards only
   * report; contains no secrets. If issuers are found at run time, only those that are held.
   *
   * @example
   * const isReady = api.health().issuers.every(({ state }) => state === 'fresh' || state === 'stale');
   */
  health(): ResourceServerHealth;
  /**
   * Stops background work, which never keeps the process alive.
   *
   * @example
   * server.close(() => api.close());
   */
  close(): void;
}

/** Creates the lifecycle of the resource server around a verifier. */
export function createLifecycle(
  verifier: AccessTokenVerifier<unknown>,
  reportOnly: ReportOnlyGuards,
): Lifecycle {
  return {
    ready: () => verifier.ready(),
    refresh: () => verifier.refresh(),
    health: () => ({ ...verifier.health(), reportOnly: reportOnly.list() }),
    close: () => {
      verifier.close();
    },
  };
}
