/**
 * Creates the introspector that the options of an issuer describe.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import type { AudienceClaim } from '../claims/audience.js';
import type { Algorithm } from '../jws/signature.js';
import type { JsonObject } from '../jws/json-object.js';
import type { KeySet } from '../keys/key-set.js';
import { completeAnswer } from './complete-answer.js';
import { GuardedEndpoint } from './guarded-endpoint.js';
import { IntrospectionEndpoint } from '../introspection-request/introspection-endpoint.js';
import { IntrospectionEpisodes, timeQuestion } from './introspection-events.js';
import { IntrospectionFault } from '../introspection-request/introspection-fault.js';
import { requestIntrospection } from '../introspection-request/introspection-request.js';
import type {
  AskedToken,
  Inquiry,
  IntrospectionAnswer,
  IntrospectionHealth,
  Introspector,
} from './introspector.js';
import { readResponse } from '../introspection-request/read-response.js';
import {
  readSignedResponse,
  type SignedResponsePolicy,
} from '../introspection-request/read-signed-response.js';
import { RefusedTokens, type RefusingRequest } from './refused-tokens.js';
import type { IntrospectionPolicy } from './resolve-introspection.js';
import { type SharedResponse, SharedResponses } from './shared-responses.js';

/** What an introspector needs besides its own options. */
export interface IntrospectorContext {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly audienceClaim: AudienceClaim;
  readonly algorithms: readonly Algorithm[];
  /** The issuer's keys, for signed responses. */
  readonly keySet: KeySet;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly clockToleranceSeconds: number;
  readonly allowHttp: boolean;
}

/** Creates an introspector. Nothing is sent yet. */
export function createIntrospector(
  policy: IntrospectionPolicy,
  context: IntrospectorContext,
): Introspector {
  return new EndpointIntrospector(policy, context);
}

/** What a response says; a refusal is copied for each caller. */
type Outcome = IntrospectionAnswer | InvalidTokenError;

/** The members of a response; `undefined` if the token is not active. */
interface ReadResponse {
  readonly members: JsonObject | undefined;
  readonly bytes: number;
}

/** A request, and what its response says. */
interface RequestOutcome {
  readonly outcome: Outcome;
  readonly members: JsonObject;
  /** When the request was sent, in milliseconds since the epoch. */
  readonly askedAt: number;
}

const NO_MEMBERS: JsonObject = Object.freeze({});

class EndpointIntrospector implements Introspector {
  readonly issuer: string;
  readonly #policy: IntrospectionPolicy;
  readonly #context: IntrospectorContext;
  readonly #signedPolicy: SignedResponsePolicy;
  readonly #endpoint: IntrospectionEndpoint;
  readonly #guarded: GuardedEndpoint;
  readonly #episodes: IntrospectionEpisodes;
  readonly #refused: RefusedTokens;
  readonly #shared: SharedResponses | undefined;
  readonly #flights = new Map<string, Promise<Outcome>>();
  readonly #closing = new AbortController();
  #requests = 0;

  constructor(policy: IntrospectionPolicy, context: IntrospectorContext) {
    const { endpoint, timeoutMs, maxPending, clientId, cache } = policy;
    const { issuer, audience } = context;
    const { signal } = this.#closing;
    const episodes = new IntrospectionEpisodes(issuer);
    this.issuer = issuer;
    this.#policy = policy;
    this.#context = context;
    this.#signedPolicy = { ...context, recipients: [clientId ?? [], audience].flat() };
    this.#endpoint = new IntrospectionEndpoint({ ...context, endpoint, timeoutMs, signal });
    this.#guarded = new GuardedEndpoint({ ...context, maxPending, episodes, closing: signal });
    this.#episodes = episodes;
    this.#refused = new RefusedTokens(policy.negativeCacheSeconds);
    this.#shared = cache && new SharedResponses({ ...context, ...policy, cache });
  }

  async ask(asked: AskedToken, inquiry?: Inquiry): Promise<IntrospectionAnswer> {
    const { digest } = asked;
    const refusal = this.#refused.find(digest, this.#context.clock());
    if (refusal !== undefined) {
      timeQuestion(this.issuer)({ result: activityOf(refusal), cached: true });
      throw refusal;
    }
    const flight = this.#flights.get(digest);
    if (flight !== undefined) return answerOf(await flight);
    if (inquiry !== undefined) inquiry.isFresh = true;
    return answerOf(await this.#begin(asked, inquiry));
  }

  async askNow(asked: AskedToken): Promise<IntrospectionAnswer> {
    const { outcome } = await this.#request(asked);
    return answerOf(outcome);
  }

  noteContradiction({ digest }: AskedToken): void {
    this.#shared?.remove(digest);
  }

  noteRefusal({ digest }: AskedToken, refusal: InvalidTokenError): void {
    this.#refused.add(digest, refusal, this.#nextRequest());
    this.#shared?.end(digest);
  }

  noteStaleUse(): void {
    this.#episodes.noteStaleUse(this.#context.clock());
  }

  async whenReady(): Promise<void> {
    if (this.#policy.endpoint !== undefined) return;
    await this.#guarded.prepare(() => this.#endpoint.find());
  }

  health(): IntrospectionHealth {
    const { tokenPrefix } = this.#policy;
    return { ...this.#guarded.health(), tokenPrefix };
  }

  close(): void {
    this.#closing.abort();
  }

  #begin(asked: AskedToken, inquiry: Inquiry | undefined): Promise<Outcome> {
    const { digest } = asked;
    const shared = this.#shared;
    const outcome =
      shared === undefined
        ? this.#request(asked).then(({ outcome: own }) => own)
        : this.#findOrRequest(asked, shared, inquiry);
    const flight = outcome.finally(() => this.#flights.delete(digest));
    this.#flights.set(digest, flight);
    return flight;
  }

  /** Uses the response of another process, unless the answer must be fresh; otherwise shares its own. */
  async #findOrRequest(
    asked: AskedToken,
    shared: SharedResponses,
    inquiry: Inquiry | undefined,
  ): Promise<Outcome> {
    const { digest, isKnown = false } = asked;
    const { order } = this.#nextRequest();
    const endQuestion = timeQuestion(this.issuer);
    const found = inquiry === undefined ? await shared.find(digest) : undefined;
    const answer = found?.response && this.#assessShared(found.response, digest, order);
    if (answer !== undefined) {
      endQuestion({ result: 'active', cached: true });
      return answer;
    }
    const { outcome, members, askedAt } = await this.#request(asked);
    if (!(outcome instanceof InvalidTokenError)) {
      shared.store(digest, { members, askedAt }, outcome.knownUntil * 1_000);
    } else if (isInactive(outcome) && (isKnown || found?.isAbsent !== true)) {
      shared.remove(digest);
    } else {
      // Made-up tokens cause no command. Another process may be about to store an older response.
      shared.end(digest);
    }
    return outcome;
  }

  /** @returns `undefined` if the response must not be used; then it does not refuse the token either. */
  #assessShared(
    { members, bytes, askedAt: askedAtMs }: SharedResponse,
    digest: string,
    order: number,
  ): IntrospectionAnswer | undefined {
    const askedAt = askedAtMs / 1_000;
    const now = this.#context.clock() / 1_000;
    if (this.#refused.isOutdated(digest, order)) return undefined;
    try {
      const response = { members, bytes, askedAt, receivedAt: askedAt };
      const answer = completeAnswer(response, { ...this.#context, ...this.#policy });
      // The clock of the process that stored it may be ahead.
      if (!(askedAt <= now && now < answer.knownUntil)) return undefined;
      this.#episodes.noteActivity(true);
      return answer;
    } catch (error) {
      if (error instanceof InvalidTokenError) return undefined;
      throw error;
    }
  }

  /** Makes a request. When it begins counts, because the token may be revoked before the response. */
  async #request(asked: AskedToken): Promise<RequestOutcome> {
    const request = this.#nextRequest();
    const { token, digest, isKnown } = asked;
    const response = await this.#guarded.run(() => this.#ask(token), { isKnown });
    this.#episodes.noteActivity(response.members !== undefined);
    const outcome = this.#assess(response, digest, request);
    return { outcome, members: response.members ?? NO_MEMBERS, askedAt: request.askedAt };
  }

  #nextRequest(): RefusingRequest {
    this.#requests += 1;
    return { askedAt: this.#context.clock(), order: this.#requests };
  }

  async #ask(token: string): Promise<ReadResponse> {
    const endQuestion = timeQuestion(this.issuer);
    try {
      const response = await this.#exchange(token);
      const result = response.members === undefined ? 'inactive' : 'active';
      endQuestion({ result, cached: false });
      return response;
    } catch (error) {
      if (error instanceof IntrospectionFault && !this.#closing.signal.aborted) {
        endQuestion({ result: 'failed', cached: false, failure: error.failure });
      }
      throw error;
    }
  }

  async #exchange(token: string): Promise<ReadResponse> {
    const { signal } = this.#closing;
    const endpoint = await this.#endpoint.find();
    const requestPolicy = { ...this.#policy, fetch: this.#context.fetch, signal };
    try {
      const raw = await requestIntrospection(token, endpoint, requestPolicy);
      const members = this.#policy.signed
        ? await readSignedResponse(raw, this.#signedPolicy)
        : readResponse(raw);
      return { members, bytes: raw.bytes.length };
    } catch (error) {
      if (error instanceof IntrospectionFault) this.#endpoint.noteFault(error);
      throw error;
    }
  }

  #assess({ members, bytes }: ReadResponse, digest: string, request: RefusingRequest): Outcome {
    try {
      if (members === undefined || this.#refused.isOutdated(digest, request.order)) {
        throw new InvalidTokenError('inactive');
      }
      const times = { askedAt: request.askedAt / 1_000, receivedAt: this.#context.clock() / 1_000 };
      const policy = { ...this.#context, ...this.#policy };
      const answer = completeAnswer({ members, bytes, ...times }, policy);
      this.#refused.delete(digest);
      return answer;
    } catch (error) {
      if (!(error instanceof InvalidTokenError)) throw error;
      this.#refused.add(digest, error, request);
      return error;
    }
  }
}

function activityOf({ reason }: InvalidTokenError): 'active' | 'inactive' {
  return reason === 'inactive' ? 'inactive' : 'active';
}

function isInactive(outcome: Outcome): boolean {
  return outcome instanceof InvalidTokenError && outcome.reason === 'inactive';
}

/** @throws InvalidTokenError A copy for each caller, because guards add to it what their own route requires. */
function answerOf(outcome: Outcome): IntrospectionAnswer {
  if (!(outcome instanceof InvalidTokenError)) return outcome;
  const { reason, claim, problem } = outcome;
  throw new InvalidTokenError(reason, { claim, problem });
}
