/**
 * The same application on every front, and its responses to the same octets.
 *
 * @module
 */
import { STATUS_CODES } from 'node:http';
import { afterAll, beforeAll } from 'vitest';
import { requestOctets, sendOctets } from '../../conformance/support/raw-http.js';
import type {
  Front,
  FrontApp,
  FrontResourceServer,
  RunningFront,
} from '../../support/fronts/front.js';
import { FRONTS } from '../../support/fronts/fronts.js';
import { SECRET_OPTIONS } from '../../support/tokens.js';

/** A whole response: every field but `Date`, in alphabetical order. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

/** Answers by the name of their front. */
export type AnswersByFront = Readonly<Record<string, WholeAnswer>>;

/** One application for each front. */
export interface AllFronts {
  /** Sends the same request to each front: its lines without `Host` and `Connection: close`. */
  readonly ask: (lines: readonly string[], body?: string) => Promise<AnswersByFront>;
  /** Calls `ask` with the URL of each front, one after the other. */
  readonly askEach: <T>(ask: (url: URL) => Promise<T>) => Promise<Readonly<Record<string, T>>>;
}

/** Declares the application of one front. */
export type Declare = (app: FrontApp, api: FrontResourceServer, front: Front) => void;

/** Settings of {@link useFronts}. */
export interface FrontsOptions {
  /** Options of the resource servers. @defaultValue those of tokens that `signToken` signs */
  readonly server?: object;
  readonly fronts?: readonly Front[];
}

/** Serves an application on each front for the tests of a describe block. */
export function useFronts(
  declare: Declare,
  { server = SECRET_OPTIONS, fronts = FRONTS }: FrontsOptions = {},
): AllFronts {
  const running = new Map<string, RunningFront>();
  const apis: FrontResourceServer[] = [];
  beforeAll(async () => {
    for (const front of fronts) {
      const api = front.createResourceServer(server);
      apis.push(api);
      running.set(
        front.name,
        await front.serve((app) => {
          declare(app, api, front);
        }),
      );
    }
  });
  afterAll(async () => {
    for (const api of apis) api.close();
    for (const { close } of running.values()) await close();
  });
  const askEach: AllFronts['askEach'] = async (ask) => {
    const answers: [name: string, answer: Awaited<ReturnType<typeof ask>>][] = [];
    for (const [name, { url }] of running) answers.push([name, await ask(url)]);
    return Object.fromEntries(answers);
  };
  return { askEach, ask: (lines, body) => askEach((url) => askOne(url, lines, body)) };
}

/** Sends a request to one server. */
export async function askOne(
  { port }: URL,
  lines: readonly string[],
  body?: string,
): Promise<WholeAnswer> {
  const answer = await sendOctets(requestOctets(lines, body), { port: Number(port) });
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of answer.headers.filter(([field]) => field !== 'date').sort()) {
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return { status: answer.status, headers, body: answer.body };
}

/** The same answer of each front, with exceptions. */
export function everyFront(
  answer: unknown,
  exceptions: Readonly<Record<string, unknown>> = {},
  fronts: readonly Front[] = FRONTS,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fronts.map(({ name }) => [name, exceptions[name] ?? answer]));
}

const REALM = `realm="${SECRET_OPTIONS.audience}"`;
const METADATA = `resource_metadata="${SECRET_OPTIONS.audience}/.well-known/oauth-protected-resource"`;

/** What refuses a request. */
export interface RefusalOf {
  readonly status: number;
  /** The parameters between realm and metadata; `undefined` for no challenge. */
  readonly challenge?: string | undefined;
  /** Members of the problem details after type, title and status. */
  readonly members?: Readonly<Record<string, string>>;
  /** Fields besides those of every refusal. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** The whole response of a refusal, by a resource server that serves its metadata. */
export function refused({ challenge, ...refusal }: RefusalOf): WholeAnswer {
  return refusedWith(
    challenge === undefined
      ? undefined
      : `Bearer ${[REALM, challenge, METADATA].filter(Boolean).join(', ')}`,
    refusal,
  );
}

/**
 * The whole response of a refusal with these challenges.
 *
 * @param challenges - `undefined` for none.
 */
export function refusedWith(
  challenges: string | readonly string[] | undefined,
  { status, members = {}, fields = {} }: Omit<RefusalOf, 'challenge'>,
): WholeAnswer {
  const problem = { type: 'about:blank', title: STATUS_CODES[status], status, ...members };
  const body = JSON.stringify(problem);
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      connection: 'close',
      'content-length': String(Buffer.byteLength(body)),
      'content-type': 'application/problem+json',
      vary: 'Authorization',
      ...(challenges !== undefined && { 'www-authenticate': challenges }),
      ...fields,
    },
    body,
  };
}

/** The whole response of a handler behind a guard, with a JSON body. */
export function answered(
  value: unknown,
  fields: Readonly<Record<string, string>> = {},
): WholeAnswer {
  const body = JSON.stringify(value);
  return {
    status: 200,
    headers: {
      connection: 'close',
      'content-length': String(Buffer.byteLength(body)),
      'content-type': 'application/json',
      vary: 'Authorization',
      ...fields,
    },
    body,
  };
}

/** The same answer without some of its fields. */
export function withoutFields(
  { headers, ...answer }: WholeAnswer,
  ...names: string[]
): WholeAnswer {
  const others = Object.entries(headers).filter(([name]) => !names.includes(name));
  return { ...answer, headers: Object.fromEntries(others) };
}

/** The answer to the same request with HEAD. */
export function withoutBody(answer: WholeAnswer): WholeAnswer {
  return { ...answer, body: '' };
}
