/**
 * An introspection endpoint with JSON responses and signed ones.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';
import type { TestClock } from '../clock.js';
import type { JsonMembers } from '../shapes/token-shape.js';
import { signCompact } from '../tokens/compact-jws.js';
import type { SigningKeys } from '../tokens/signing-keys.js';
import type { TokenState } from '../tokens/token-state.js';
import {
  errorAnswer,
  findClient,
  type FormRequest,
  invalidClient,
  isFormRequest,
  NO_STORE,
  readFormRequest,
  type RegisteredClient,
} from './client-authentication.js';
import type { AnyFault } from '../fault.js';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from './http-answer.js';
import type { IntrospectionRequestRecord } from './request-log.js';

/** Options of the introspection endpoint. */
export interface IntrospectionEndpointOptions {
  readonly issuer: string;
  /** The URL of this endpoint. */
  readonly endpoint: string;
  readonly tokenEndpoint: string;
  readonly clients: readonly RegisteredClient[];
  readonly tokens: Pick<TokenState, 'findActive'>;
  readonly keys: SigningKeys;
  readonly clock: TestClock;
  /** Called for every request, including refused ones. */
  readonly record: (request: IntrospectionRequestRecord) => void;
}

const SIGNED_TYPE = 'token-introspection+jwt';
const SIGNED_MEDIA_TYPE = `application/${SIGNED_TYPE}`;

/** Creates an introspection endpoint. */
export function createIntrospectionEndpoint(
  options: IntrospectionEndpointOptions,
): (request: HttpRequest, fault?: AnyFault) => HttpAnswer {
  return (http, fault) => {
    const request = readFormRequest(http);
    const { answer, members } = respond(options, request, fault);
    options.record(recordOf(request, members));
    return answer;
  };
}

interface Outcome {
  readonly answer: HttpAnswer;
  /** The members of a successful response, without any fault. */
  readonly members?: JsonMembers | undefined;
}

function respond(
  options: IntrospectionEndpointOptions,
  request: FormRequest,
  fault: AnyFault | undefined,
): Outcome {
  const { form, credentials, http } = request;
  const { issuer, tokenEndpoint, endpoint } = options;
  if (!isFormRequest(request)) return { answer: errorAnswer(400, 'invalid_request') };
  const client = findClient(options.clients, credentials, [issuer, tokenEndpoint, endpoint]);
  if (client === undefined) return { answer: invalidClient(credentials) };
  const [token, ...others] = form.getAll('token');
  if (token === undefined || others.length > 0) {
    return { answer: errorAnswer(400, 'invalid_request') };
  }
  const members = readMembers(options, token);
  const altered = alterMembers(members, fault);
  const isSigned =
    fault?.kind !== 'unsigned' && http.headers['accept']?.includes(SIGNED_MEDIA_TYPE) === true;
  const answer = isSigned
    ? signedAnswer(options, { members: altered, audience: client.clientId, fault })
    : jsonAnswer(200, altered, NO_STORE);
  return { answer, members };
}

// RFC 7662 §2.2: an inactive token has no other members.
function readMembers({ tokens }: IntrospectionEndpointOptions, token: string): JsonMembers {
  const claims = tokens.findActive(token);
  return claims === undefined ? { active: false } : { active: true, ...claims };
}

function alterMembers(members: JsonMembers, fault: AnyFault | undefined): JsonMembers {
  if (fault?.kind === 'inactive') return { active: false };
  return fault?.kind === 'members' ? { ...members, ...fault.members } : members;
}

interface SignedResponse {
  readonly members: JsonMembers;
  readonly audience: string;
  readonly fault: AnyFault | undefined;
}

/** Signs a response. RFC 9701 §5. */
function signedAnswer(
  { issuer, keys, clock }: IntrospectionEndpointOptions,
  { members, audience, fault }: SignedResponse,
): HttpAnswer {
  const key = keys.get();
  const { header, claims } = fault?.kind === 'signed' ? fault : {};
  const jwt = {
    iss: issuer,
    aud: audience,
    iat: Math.floor(clock() / 1000),
    token_introspection: members,
    ...claims,
  };
  const parameters = { typ: SIGNED_TYPE, alg: key.alg, kid: key.kid, ...header };
  const body = signCompact(parameters, JSON.stringify(jwt), key);
  return { status: 200, headers: { 'content-type': SIGNED_MEDIA_TYPE, ...NO_STORE }, body };
}

function recordOf(
  { http, form, credentials }: FormRequest,
  members: JsonMembers | undefined,
): IntrospectionRequestRecord {
  return Object.freeze({
    method: http.method,
    contentType: http.headers['content-type'],
    accept: http.headers['accept'],
    hasQuery: http.hasQuery,
    clientAuthentication: credentials.method,
    clientId: credentials.clientId,
    tokenTypeHint: form.get('token_type_hint') ?? undefined,
    active: isPlainObject(members) ? members['active'] === true : undefined,
  });
}
