/**
 * The guard of a route: authenticates, asks the policy, lets through or refuses.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { errorFrom, isThenable } from '@scopegate/protocol/internal';
import vary from 'vary';
import { type AdmissionContext, admit, type Admitted } from './admission.js';
import { breakOff, passOn } from '../refusal/broken-answer.js';
import { type ExcessScopes, Observation } from '../decision-event.js';
import type { CompiledPolicy, GuardPolicy } from '../policy/guard-policy.js';
import type { Middleware, Next } from '../request/middleware.js';
import { isAnswered, isRefusal } from '../refusal/refusal.js';
import { answerRefusal, type RefusalContext } from '../refusal/refusal-answer.js';

/** Middleware that lets a request through only with a token that its policy allows. */
export interface Guard extends Middleware {
  /** What it asks for. */
  readonly policy: GuardPolicy;
}

/** What the guards of one resource server share. */
export interface GuardContext<Claims> extends AdmissionContext<Claims>, RefusalContext {
  readonly identifyClients: boolean;
  readonly vocabulary: ReadonlySet<string>;
}

/** A request under way through one guard. */
interface Passage {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly next: Next;
  readonly observation: Observation | undefined;
  readonly policy: CompiledPolicy;
}

/**
 * Creates a guard.
 *
 * It answers in the tick it is called in when the keys are at hand, and calls `next` once: without
 * an error when the request may pass, with an Error that is not a refusal when something broke.
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
    const passage = { req, res, next, observation, policy };
    let admitted: Admitted<Claims> | Promise<Admitted<Claims>>;
    try {
      // RFC 9110 §12.5.5: an anonymous answer must not be served to a caller with a token.
      if (policy.declared.authentication === 'optional') vary(res, 'Authorization');
      admitted = admit(passage, context);
    } catch (failure) {
      refuse(failure, passage, context);
      return;
    }
    if (!isThenable(admitted)) {
      letPass(admitted, passage, context);
      return;
    }
    void endLate(admitted, passage, context);
  };
  Object.defineProperty(guard, 'name', { value: name });
  return Object.freeze(Object.assign(guard, { policy: policy.declared }));
}

/** Ends a passage that had to wait: what is thrown then has no caller who catches it. */
async function endLate<Claims>(
  admitted: Promise<Admitted<Claims>>,
  passage: Passage,
  context: GuardContext<Claims>,
): Promise<void> {
  const { res } = passage;
  const late = { ...passage, isHandedOn: false };
  late.next = (...given) => {
    late.isHandedOn = true;
    passage.next(...given);
  };
  try {
    await admitted.then(
      (token) => {
        letPass(token, late, context);
      },
      (failure: unknown) => {
        refuse(failure, late, context);
      },
    );
  } catch (failure) {
    if (late.isHandedOn || isAnswered(res)) breakOff(failure, res);
    else passOn(errorFrom(failure, 'the answer of a guard'), passage);
  }
}

/** What `next` throws is not caught here: nothing after it is the guard's affair. */
function letPass<Claims>(
  token: Admitted<Claims>,
  { req, res, next, observation, policy }: Passage,
  context: GuardContext<Claims>,
): void {
  context.tokens.set(req, token ?? null, res);
  observation?.end({
    outcome: token ? 'allowed' : 'anonymous',
    reason: undefined,
    excess: token && excessOf(token, policy, context.vocabulary),
  });
  next();
}

function refuse<Claims>(failure: unknown, passage: Passage, context: GuardContext<Claims>): void {
  const error = errorFrom(failure, 'a guard');
  if (isRefusal(error)) {
    answerRefusal(error, passage, context);
    return;
  }
  passage.observation?.end({ outcome: 'error', reason: undefined, excess: undefined });
  passage.next(error);
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
