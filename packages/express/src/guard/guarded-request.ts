/**
 * A request that a guard decides on, and its context.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VerifierInternals } from '@scopegate/access-token/internal';
import type { Observation } from '../decision-event.js';
import type { CompiledPolicy } from '../policy/guard-policy.js';
import type { ImplyingScopes } from '../policy/implied-scopes.js';
import type { RefusalContext } from '../refusal/refusal-answer.js';
import type { CredentialLocation } from '../request/credentials.js';
import type { Next } from '../request/middleware.js';
import type { VerifiedRequests } from '../request/verified-request.js';

/** What the guards of one resource server share. */
export interface GuardContext<Claims> extends RefusalContext {
  readonly verifier: VerifierInternals<Claims>;
  readonly verifiedRequests: VerifiedRequests<Claims>;
  /** Where a request may carry its token. */
  readonly locations: ReadonlySet<CredentialLocation>;
  readonly identifyClients: boolean;
  /** `undefined` when no scope implies another. */
  readonly implying?: ImplyingScopes | undefined;
  /** The scopes that events may name. */
  readonly vocabulary: ReadonlySet<string>;
}

/** A request that a guard decides on. */
export interface GuardedRequest<Claims> {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly next: Next;
  /** The policy that the request must satisfy. */
  readonly policy: CompiledPolicy;
  readonly context: GuardContext<Claims>;
  /** `undefined` when the decision channel has no subscribers. */
  readonly observation: Observation | undefined;
}
