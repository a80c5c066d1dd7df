/**
 * Inspectors, and requests to them that a browser would not send.
 *
 * @module
 */
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { createInspector, type Inspector, type InspectorOptions } from '@scopegate/inspector';
import { onTestFinished } from 'vitest';

/** An inspector that listens. */
export interface OpenInspector {
  readonly inspector: Inspector;
  /** The address without its fragment. */
  readonly base: URL;
  readonly key: string;
  /** The header field with the key. */
  readonly authorized: Readonly<Record<string, string>>;
}

/** Creates an inspector, and closes it after the running test. */
export function openInspector(options: InspectorOptions): Inspector {
  const inspector = createInspector(options);
  onTestFinished(() => inspector.close());
  return inspector;
}

/** Creates an inspector that listens on a free port, and closes it after the running test. */
export async function listenInspector(options: InspectorOptions): Promise<OpenInspector> {
  const inspector = openInspector(options);
  const { url } = await inspector.listen();
  const base = new URL(url);
  const key = base.hash.replace('#key=', '');
  base.hash = '';
  return { inspector, base, key, authorized: { authorization: `Bearer ${key}` } };
}

/** A request to an inspector. */
export interface InspectorRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A response of an inspector. */
export interface InspectorResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends a request with exactly the given header fields, as a browser would not. */
export async function ask(url: URL, options: InspectorRequest = {}): Promise<InspectorResponse> {
  const response = await open(url, options);
  return { ...headOf(response), body: await text(response) };
}

/** Sends a request, and returns its response before the body. */
export async function open(
  url: URL,
  { method = 'GET', headers = {}, body }: InspectorRequest = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, resolve);
    sent.once('error', reject);
    sent.end(body);
  });
}

function headOf({ statusCode = 0, headers }: IncomingMessage): Omit<InspectorResponse, 'body'> {
  return { status: statusCode, headers };
}

/** A message of a stream. */
export interface StreamMessage {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** The messages of a stream, as they arrive. */
export interface OpenStream {
  readonly response: IncomingMessage;
  readonly messages: readonly StreamMessage[];
  /** Resolves once a message meets the condition. */
  readonly waitFor: (isWanted: (message: StreamMessage) => boolean) => Promise<StreamMessage>;
  readonly close: () => void;
}

/** Opens a stream, and closes it after the running test. */
export async function openStream(
  base: URL,
  headers: Readonly<Record<string, string>>,
): Promise<OpenStream> {
  const response = await open(new URL('api/stream', base), { headers });
  const messages: StreamMessage[] = [];
  const listeners = new Set<() => void>();
  let rest = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n\n');
    rest = parts.pop() ?? '';
    messages.push(...parts.filter((part) => !part.startsWith(':')).map(parseMessage));
    for (const listener of listeners) listener();
  });
  response.on('error', () => undefined);
  onTestFinished(() => {
    response.destroy();
  });
  return {
    response,
    messages,
    waitFor: (isWanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = messages.find(isWanted);
          if (found === undefined) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
      }),
    close: () => {
      response.destroy();
    },
  };
}

function parseMessage(part: string): StreamMessage {
  const fields = new Map(
    part.split('\n').map((line): [string, string] => {
      const [name = '', ...value] = line.split(': ');
      return [name, value.join(': ')];
    }),
  );
  const data: unknown = JSON.parse(fields.get('data') ?? 'null');
  return { event: fields.get('event') ?? '', id: fields.get('id'), data };
}
