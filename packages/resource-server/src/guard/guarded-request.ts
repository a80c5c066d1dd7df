/**
 * A request that a guard decides on, and its context.
 *
 * @module
 */
import type { SenderConstraint } from '@scopegate/access-token';
import type { TokenTrial, VerifierInternals } from '@scopegate/access-token/internal';
import type { AuthScheme, ProtectionSpace } from '@scopegate/protocol';
import type { Observation } from '../observation/observation.js';
import type { ObservationContext } from '../observation/verdict.js';
import type { ReportOnlyGuards } from './report-only-guards.js';
import type { CompiledPolicy } from '../policy/guard-policy.js';
import type { ImplyingScopes } from '../policy/implied-scopes.js';
import type { CredentialLocation } from '../request/credentials.js';
import type { TokenRequirements, VerifiedRequests } from '../request/verified-request.js';

/** What the guards of one resource server share. */
export interface GuardContext<Request extends object, Claims> extends ObservationContext<Request> {
  readonly verifier: VerifierInternals<Claims>;
  readonly verifiedRequests: VerifiedRequests<Claims>;
  /** Where a request may carry its token. */
  readonly locations: ReadonlySet<CredentialLocation>;
  /** The requests whose token was not in the header. RFC 6750 §2.3. */
  readonly exposedTokens: WeakSet<object>;
  /** `undefined` when no scope implies another. */
  readonly implying?: ImplyingScopes | undefined;
  /** Checks accepted tokens against stricter options; `undefined` when none are on trial. */
  readonly tokenTrial?: TokenTrial | undefined;
  /** The guards that only report. */
  readonly reportOnly: ReportOnlyGuards;
  /**
   * Returns the protection space as it is now: it names the metadata document once one is served, and the
   * current nonce.
   *
   * @param constraint - What the tokens of the route must be bound to.
   * @param used - The scheme that the request used.
   */
  readonly protectionSpace: (constraint?: SenderConstraint, used?: AuthScheme) => ProtectionSpace;
  /** The refusals that are in the protection space of their route. */
  readonly completed: WeakSet<object>;
}

/** A request that a guard decides on. */
export interface GuardedRequest<Request extends object, Claims> {
  readonly request: Request;
  /** The policy that the request must satisfy. */
  readonly policy: CompiledPolicy;
  /** What the policy requires of tokens. */
  readonly required: TokenRequirements;
  readonly context: GuardContext<Request, Claims>;
  /** `undefined` when the decision channel has no subscribers. */
  readonly observation: Observation<Request> | undefined;
  /** The scheme of the credentials, once they are found in one place. */
  scheme: AuthScheme | undefined;
  /** The nonce to send with the response, once the possession of the key is proven. */
  nonce: string | undefined;
}
