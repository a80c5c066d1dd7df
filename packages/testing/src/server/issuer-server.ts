/**
 * Routes requests to the endpoints of an issuer, counts them, and applies faults and header fields.
 *
 * @module
 */
import { didYouMean, invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import type { Delivery } from './answer-delivery.js';
import type { TestClock } from '../clock.js';
import type { AnyFault, Fault, IntrospectionFault, MetadataFault, TokenFault } from '../fault.js';
import { assertFault, assertFaultOf } from './assert-fault.js';
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

/** Options of the issuer server. */
export interface IssuerServerOptions {
  readonly clock: TestClock;
  readonly log: WritableRequestLog;
  readonly endpoints: Readonly<Record<EndpointName, Endpoint>>;
  /** Whether the JWKS has an entity-tag. */
  readonly etag: boolean;
}

/** The faults that each endpoint can have. */
export interface FaultsByTarget {
  /** Both metadata documents. */
  readonly metadata: MetadataFault;
  /** The RFC 8414 document alone. */
  readonly oauthMetadata: MetadataFault;
  /** The OpenID Connect discovery document alone. */
  readonly openid: MetadataFault;
  /** The JWKS. */
  readonly jwks: Fault;
  /** The token endpoint. */
  readonly token: TokenFault;
  /** The introspection endpoint. */
  readonly introspection: IntrospectionFault;
}

/** The endpoints for which faults and header fields can be set. */
export type FaultTarget = keyof FaultsByTarget;

/** Functions that change the responses of an issuer. */
export interface IssuerSwitches {
  /**
   * Sets the fault of an endpoint, from the next request on. It replaces any earlier fault.
   *
   * @param fault - A fault; an array of faults, which apply one after another and then end; or
   *   `undefined`, which ends the current fault.
   * @throws TypeError The endpoint or the fault is unknown, or a member of the fault is invalid.
   * @example
   * issuer.fault('jwks', [{ kind: 'down' }, { kind: 'status', status: 503, times: 3 }]);
   */
  readonly fault: <T extends FaultTarget>(
    target: T,
    fault: FaultsByTarget[T] | readonly FaultsByTarget[T][] | undefined,
  ) => void;
  /**
   * Adds header fields to the responses of an endpoint. They replace those added before.
   *
   * @param headers - Field values by name; `undefined` removes the added fields.
   * @throws TypeError The endpoint is unknown, or a name or a value cannot be sent.
   * @example
   * issuer.setHeaders('jwks', { 'cache-control': 'max-age=60' });
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
  introspection: ['introspection'],
};

const COUNTERS: Readonly<Record<EndpointName, RequestCounter>> = {
  oauthMetadata: 'metadata',
  openid: 'openid',
  jwks: 'jwks',
  token: 'token',
  introspection: 'introspection',
  forgedJwks: 'forgedJwks',
};

/** An issuer that responds to requests, and the functions that change its responses. */
export interface IssuerServer extends IssuerSwitches {
  /** Responds to a request from a socket or from the issuer's own `fetch`. */
  readonly respond: (request: HttpRequest) => Promise<Delivery>;
}

/** Creates the part of an issuer that responds to requests. */
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
    const correct = withHeaders(
      await answerOf(endpoints[name], request, fault),
      headersOf.get(name),
    );
    const answer =
      fault === undefined || fault.kind === 'none'
        ? conditional(correct, request, etag && name === 'jwks')
        : alterAnswer(correct, fault);
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
      if (!isPlainObject(headers))
        throw invalidOption('headers', 'must be an object with string values');
      const fields = checkedHeaders(headers);
      for (const name of endpointsOf(target)) headersOf.set(name, fields);
    },
  };
}

interface TimedFault {
  readonly fault: AnyFault;
  readonly times: number;
}

/** Checks faults and copies them, so that later changes by the caller have no effect. */
function resolveScript(faults: unknown): readonly TimedFault[] {
  const isScript = Array.isArray(faults);
  const script: readonly unknown[] = isScript ? faults : [faults];
  return script.map((fault) => {
    assertFault(fault);
    return { fault: { ...fault }, times: fault.times ?? (isScript ? 1 : Infinity) };
  });
}

/** Yields the fault of each request; returns when the script has ended. */
function* play(script: readonly TimedFault[]): Generator<AnyFault, undefined> {
  for (const { fault, times } of script) {
    for (let request = 0; request < times; request += 1) yield fault;
  }
  return undefined;
}

function endpointsOf(target: string): readonly EndpointName[] {
  const endpoints = Object.entries(TARGETS).find(([name]) => name === target)?.[1];
  if (endpoints !== undefined) return endpoints;
  throw new TypeError(`unknown endpoint "${target}"${didYouMean(target, Object.keys(TARGETS))}`);
}

async function answerOf(
  endpoint: Endpoint,
  request: HttpRequest,
  fault: AnyFault | undefined,
): Promise<HttpAnswer> {
  if (endpoint.methods.includes(request.method)) return endpoint.answer(request, fault);
  return jsonAnswer(405, { error: 'invalid_request' }, { allow: endpoint.methods.join(', ') });
}

function conditional(answer: HttpAnswer, { headers }: HttpRequest, tagged: boolean): HttpAnswer {
  return tagged && answer.status === 200 ? withEntityTag(answer, headers['if-none-match']) : answer;
}

function withHeaders(answer: HttpAnswer, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
