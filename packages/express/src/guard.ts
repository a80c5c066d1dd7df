/**
 * The guard of a route: authenticates, asks the policy, lets through or refuses.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { ChallengeError, MissingCredentialsError, type ProtectionSpace } from '@scopegate/protocol';
import vary from 'vary';
import { type AuthenticationContext, findCredentials, verifyCredentials } from './authenticate.js';
import { authorize } from './authorize.js';
import { type ExcessScopes, Observation } from './decision-event.js';
import type { CompiledPolicy, GuardPolicy } from './guard-policy.js';
import type { Middleware, Next } from './middleware.js';
import { isRefusal, type Refusal, type RefusalHandler, sendRefusal } from './refusal.js';

/** Middleware that lets a request through only with a token that its policy allows. */
export interface Guard extends Middleware {
  /** What it asks for. */
  readonly policy: GuardPolicy;
}

/** What the guards of one resource server share. */
export interface GuardContext<Claims> extends AuthenticationContext<Claims> {
  /** As it is now: it names the metadata document once one is served. */
  readonly protectionSpace: () => ProtectionSpace;
  readonly onRefusal: RefusalHandler | undefined;
  readonly identifyClients: boolean;
  readonly vocabulary: ReadonlySet<string>;
}

/** A request under way through one guard. */
interface Passage {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly next: Next;
  readonly observation: Observation | undefined;
}

type Authenticated<Claims> = VerifiedAccessToken<Claims> | undefined;

/**
 * Creates a guard.
 *
 * It answers in the tick it is called in when the keys are at hand, and calls `next` once: without
 * an error when the request may pass, with one that is no refusal when something broke.
 *
 * @param name - The middleware's name, as stacks and route listings show it.
 */
export function createGuard<Claims>(
  name: string,
  policy: CompiledPolicy,
  context: GuardContext<Claims>,
): Guard {
  const guard: Middleware = (req, res, next) => {
    const observation = Observation.begin(req, context.identifyClients);
    const passage = { req, res, next, observation };
    let authenticated: Authenticated<Claims> | Promise<Authenticated<Claims>>;
    try {
      authenticated = authenticate(passage, policy, context);
    } catch (error) {
      refuse(error, undefined, passage, context);
      return;
    }
    if (authenticated instanceof Promise) {
      authenticated.then(
        (token) => {
          decide(token, passage, policy, context);
        },
        (error: unknown) => {
          refuse(error, undefined, passage, context);
        },
      );
      return;
    }
    decide(authenticated, passage, policy, context);
  };
  Object.defineProperty(guard, 'name', { value: name });
  return Object.freeze(Object.assign(guard, { policy: policy.declared }));
}

function authenticate<Claims>(
  { req, res, observation }: Passage,
  { declared }: CompiledPolicy,
  { tokens, credentials: locations, verifier, protectionSpace }: GuardContext<Claims>,
): Authenticated<Claims> | Promise<Authenticated<Claims>> {
  // RFC 9110 §12.5.5: an anonymous answer must not be served to a caller with a token.
  if (declared.authentication === 'optional') vary(res, 'Authorization');
  const earlier = tokens.find(req);
  if (earlier !== undefined) {
    if (observation) observation.cached = true;
    return earlier;
  }
  const credentials = findCredentials(req, res, locations);
  if (credentials === undefined) {
    if (declared.authentication === 'optional') return undefined;
    throw new MissingCredentialsError(protectionSpace());
  }
  if (observation) observation.cached = verifier.recall(credentials) !== undefined;
  return verifyCredentials(credentials, verifier);
}

function decide<Claims>(
  token: Authenticated<Claims>,
  passage: Passage,
  policy: CompiledPolicy,
  context: GuardContext<Claims>,
): void {
  const { req, next, observation } = passage;
  const refusal = token && authorize(token, policy);
  if (refusal !== undefined) {
    refuse(refusal, token, passage, context);
    return;
  }
  context.tokens.set(req, token ?? null);
  observation?.end({
    outcome: token ? 'allowed' : 'anonymous',
    reason: undefined,
    excess: token && excessOf(token, policy, context.vocabulary),
    token,
  });
  next();
}

function refuse<Claims>(
  error: unknown,
  token: VerifiedAccessToken<Claims> | undefined,
  passage: Passage,
  context: GuardContext<Claims>,
): void {
  const { req, res, next, observation } = passage;
  if (!isRefusal(error)) {
    observation?.end({ outcome: 'error', reason: undefined, excess: undefined, token });
    next(error);
    return;
  }
  const isOurFault = !(error instanceof ChallengeError);
  if (!isOurFault) error.inProtectionSpace(context.protectionSpace());
  const outcome = isOurFault ? 'unavailable' : 'refused';
  observation?.end({ outcome, reason: error.reason, excess: undefined, token });
  if (context.onRefusal === undefined) sendRefusal(error, res);
  else void handOver(context.onRefusal, error, { req, res, next });
}

/**
 * What the application's own handler throws is for its error handlers. Its `next` never opens the
 * route: called without an error, it hands on the refusal.
 */
async function handOver(
  onRefusal: RefusalHandler,
  error: Refusal,
  { req, res, next }: Pick<Passage, 'req' | 'res' | 'next'>,
): Promise<void> {
  const handOn: Next = (failure) => {
    // Express takes anything falsy for "go on".
    if (failure) next(failure);
    else next(error);
  };
  try {
    await onRefusal(error, req, res, handOn);
  } catch (failure) {
    next(failure);
  }
}

function excessOf(
  { scopes }: VerifiedAccessToken<unknown>,
  { declared, scopes: policy }: CompiledPolicy,
  vocabulary: ReadonlySet<string>,
): ExcessScopes | undefined {
  if (declared.excessScopes === 'ignore') return undefined;
  const excess = [...scopes].filter((scope) => !policy.named.has(scope));
  if (excess.length === 0) return undefined;
  const known = excess.filter((scope) => vocabulary.has(scope));
  return { declared: known, others: excess.length - known.length };
}
