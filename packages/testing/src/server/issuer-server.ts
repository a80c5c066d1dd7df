/**
 * The issuer on the wire: routes, counts, faults, headers.
 *
 * @module
 */
import { didYouMean, invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import type { Delivery } from './answer-delivery.js';
import type { TestClock } from '../clock.js';
import {
  type AnyFault,
  assertFault,
  assertFaultOf,
  type Fault,
  type MetadataFault,
  type TokenFault,
} from './fault.js';
import { alterAnswer } from './faulty-answer.js';
import {
  checkedHeaders,
  type HttpAnswer,
  type HttpRequest,
  jsonAnswer,
  withEntityTag,
} from './http-answer.js';
import type { Endpoint, EndpointName } from './issuer-endpoints.js';
import type { RequestCounter, WritableRequestLog } from './request-log.js';

/** What the server works with. */
export interface IssuerServerOptions {
  readonly clock: TestClock;
  readonly log: WritableRequestLog;
  readonly endpoints: Readonly<Record<EndpointName, Endpoint>>;
  /** Whether the JWKS has an entity-tag. */
  readonly etag: boolean;
}

/** The kinds of fault that each endpoint can have. */
export interface FaultsByTarget {
  /** Both metadata documents. */
  readonly metadata: MetadataFault;
  /** The RFC 8414 document alone. */
  readonly oauthMetadata: MetadataFault;
  /** The OpenID Connect discovery document alone. */
  readonly openid: MetadataFault;
  readonly jwks: Fault;
  readonly token: TokenFault;
}

/** What can have a fault, and header fields of its own. */
export type FaultTarget = keyof FaultsByTarget;

/** The switches of a serving issuer. */
export interface IssuerSwitches {
  /**
   * Makes an endpoint go wrong from the next request on.
   *
   * @param fault - A fault; a script of several, one after the other, after which the endpoint is
   *   well; or `undefined`, which makes it well at once.
   * @throws TypeError There is no such endpoint, or no such fault.
   */
  readonly fault: <T extends FaultTarget>(
    target: T,
    fault: FaultsByTarget[T] | readonly FaultsByTarget[T][] | undefined,
  ) => void;
  /**
   * Adds header fields to an endpoint's right answers, in place of those added before.
   *
   * @param headers - Field values by name; `undefined` takes all away.
   * @throws TypeError When a name or a value cannot be sent.
   */
  readonly setHeaders: (
    target: FaultTarget,
    headers: Readonly<Record<string, string>> | undefined,
  ) => void;
}

const TARGETS: Readonly<Record<FaultTarget, readonly EndpointName[]>> = {
  metadata: ['oauthMetadata', 'openid'],
  oauthMetadata: ['oauthMetadata'],
  openid: ['openid'],
  jwks: ['jwks'],
  token: ['token'],
};

const COUNTERS: Readonly<Record<EndpointName, RequestCounter>> = {
  oauthMetadata: 'metadata',
  openid: 'openid',
  jwks: 'jwks',
  token: 'token',
  forgedJwks: 'forgedJwks',
};

/** An issuer that answers requests, wherever they come from, and its switches. */
export interface IssuerServer extends IssuerSwitches {
  readonly respond: (request: HttpRequest) => Promise<Delivery>;
}

/** Makes the side of an issuer that answers requests. */
export function createIssuerServer(options: IssuerServerOptions): IssuerServer {
  const { clock, log, endpoints, etag } = options;
  const scripts = new Map<EndpointName, Iterator<AnyFault, undefined>>();
  const headersOf = new Map<EndpointName, Readonly<Record<string, string>>>();
  const names = Object.keys(endpoints) as EndpointName[]; // the record has no other members
  const nameAt = new Map(names.map((name) => [endpoints[name].path, name]));

  async function respond(request: HttpRequest): Promise<Delivery> {
    const name = nameAt.get(request.path);
    if (name === undefined) return { answer: jsonAnswer(404, { error: 'not_found' }) };
    log[COUNTERS[name]] += 1;
    const fault = scripts.get(name)?.next().value;
    const right = withHeaders(await answerOf(endpoints[name], request), headersOf.get(name));
    const answer =
      fault === undefined || fault.kind === 'none'
        ? conditional(right, request, etag && name === 'jwks')
        : alterAnswer(right, fault);
    if (answer.status === 304) log.notModified += 1;
    const date = new Date(clock()).toUTCString();
    return { answer: { ...answer, headers: { date, ...answer.headers } }, fault };
  }

  return {
    respond,
    fault(target, fault = []) {
      const script = resolveScript(fault);
      for (const timed of script) assertFaultOf(target, timed.fault);
      for (const name of endpointsOf(target)) scripts.set(name, play(script));
    },
    setHeaders(target, headers = {}) {
      if (!isPlainObject(headers)) throw invalidOption('headers', 'must be an object of strings');
      const fields = checkedHeaders(headers);
      for (const name of endpointsOf(target)) headersOf.set(name, fields);
    },
  };
}

interface TimedFault {
  readonly fault: AnyFault;
  readonly times: number;
}

/** Checks faults and copies them, so that nobody changes them in the middle. */
function resolveScript(faults: unknown): readonly TimedFault[] {
  const isScript = Array.isArray(faults);
  const script: readonly unknown[] = isScript ? faults : [faults];
  return script.map((fault) => {
    assertFault(fault);
    return { fault: { ...fault }, times: fault.times ?? (isScript ? 1 : Infinity) };
  });
}

/** One fault for each request; none when the script is over. */
function* play(script: readonly TimedFault[]): Generator<AnyFault, undefined> {
  for (const { fault, times } of script) {
    for (let request = 0; request < times; request += 1) yield fault;
  }
  return undefined;
}

function endpointsOf(target: string): readonly EndpointName[] {
  const endpoints = Object.entries(TARGETS).find(([name]) => name === target)?.[1];
  if (endpoints !== undefined) return endpoints;
  throw new TypeError(
    `there is no endpoint "${target}"${didYouMean(target, Object.keys(TARGETS))}`,
  );
}

async function answerOf(endpoint: Endpoint, request: HttpRequest): Promise<HttpAnswer> {
  if (endpoint.methods.includes(request.method)) return endpoint.answer(request);
  return jsonAnswer(405, { error: 'invalid_request' }, { allow: endpoint.methods.join(', ') });
}

function conditional(answer: HttpAnswer, { headers }: HttpRequest, tagged: boolean): HttpAnswer {
  return tagged && answer.status === 200 ? withEntityTag(answer, headers['if-none-match']) : answer;
}

function withHeaders(answer: HttpAnswer, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
