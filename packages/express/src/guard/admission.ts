/**
 * From a request to the token that a policy allows, or to a refusal; nothing is answered here.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessTokenVerifier, VerifiedAccessToken } from '@scopegate/access-token';
import { MissingCredentialsError, type ProtectionSpace } from '@scopegate/protocol';
import { errorFrom, isThenable } from '@scopegate/protocol/internal';
import { assertCheck } from './assert-check.js';
import { type AuthenticationContext, findCredentials, verifyCredentials } from './authenticate.js';
import { authorize } from './authorize.js';
import type { Observation } from '../decision-event.js';
import type { CompiledPolicy } from '../policy/guard-policy.js';

/** What admitting needs. */
export interface AdmissionContext<Claims> extends AuthenticationContext<Claims> {
  /** As it is now: it names the metadata document once one is served. */
  readonly protectionSpace: () => ProtectionSpace;
}

/** A request that wants to pass. */
export interface Entry {
  readonly req: IncomingMessage;
  /** Where headers go that every answer needs; `undefined` where nothing can be answered by HTTP. */
  readonly res: ServerResponse | undefined;
  readonly observation: Observation | undefined;
  /** What the request has to meet. */
  readonly policy: CompiledPolicy;
}

/** Who may pass: a token, or `undefined` for an anonymous caller where the policy allows one. */
export type Admitted<Claims> = VerifiedAccessToken<Claims> | undefined;

const VERIFICATION = 'the verification of the access token';

/**
 * Checks a request against its policy.
 *
 * @returns In this tick when the keys are cached and no hook takes its time.
 * @throws ChallengeError | KeySetUnavailableError The refusal.
 * @throws Error Anything else that went wrong; never a value that is not an Error.
 */
export function admit<Claims>(
  entry: Entry,
  context: AdmissionContext<Claims>,
): Admitted<Claims> | Promise<Admitted<Claims>> {
  try {
    const found = findToken(entry, context);
    return isThenable(found)
      ? admitLate(found, entry, context.verifier)
      : permit(found, entry, context.verifier);
  } catch (failure) {
    throw errorFrom(failure, VERIFICATION);
  }
}

async function admitLate<Claims>(
  found: PromiseLike<Admitted<Claims>>,
  entry: Entry,
  verifier: AccessTokenVerifier<Claims>,
): Promise<Admitted<Claims>> {
  try {
    return await permit(await found, entry, verifier);
  } catch (failure) {
    throw errorFrom(failure, VERIFICATION);
  }
}

function findToken<Claims>(
  { req, res, observation, policy: { declared } }: Entry,
  { tokens, credentials: locations, verifier, protectionSpace }: AdmissionContext<Claims>,
): Admitted<Claims> | PromiseLike<Admitted<Claims>> {
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

function permit<Claims>(
  token: Admitted<Claims>,
  { req, observation, policy }: Entry,
  verifier: AccessTokenVerifier<Claims>,
): Admitted<Claims> | Promise<Admitted<Claims>> {
  if (token === undefined) {
    if (policy.declared.authentication === 'optional') return undefined;
    throw new Error(`${VERIFICATION} gave no access token`);
  }
  if (observation) observation.token = token;
  const refusal = authorize(token, policy);
  if (refusal !== undefined) throw refusal;
  if (policy.check === undefined) return token;
  const checked = assertCheck(policy.check, token, req);
  return isThenable(checked) ? permitLate(checked, verifier) : checked;
}

/** A token may have lapsed while the condition was awaited. */
async function permitLate<Claims>(
  checked: Promise<VerifiedAccessToken<Claims>>,
  verifier: AccessTokenVerifier<Claims>,
): Promise<VerifiedAccessToken<Claims>> {
  const token = await checked;
  await verifier.assertAcceptable(token);
  return token;
}
