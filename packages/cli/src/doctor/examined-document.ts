/**
 * What a response of an authorization server contains instead of the expected document.
 *
 * @module
 */
import { ExchangeError, findSystemCode, formatUrl, parseUrl } from '@scopegate/protocol/internal';
import { CONNECTION_FAULTS, type ConnectionCode } from '../advice/connection-advice.js';
import type { DocumentRecorder, RecordedAnswer, RequestTiming } from './document-recorder.js';

/** Why a response is not a document: after the connection, `missing` is a 404 or 410. */
export type ResponseFault = 'missing' | 'status' | 'redirect' | 'html' | 'broken';

/** A requested document. */
export interface ExaminedDocument extends RequestTiming {
  readonly url: URL;
  /** The header fields of the response; `undefined` when there is none. */
  readonly headers: Headers | undefined;
  readonly content:
    | { readonly kind: 'json'; readonly body: unknown; readonly mediaType: string }
    | { readonly kind: 'fault'; readonly fault: ResponseFault; readonly what: string }
    | { readonly kind: 'unreachable'; readonly code: ConnectionCode; readonly what: string };
}

/** Reads a document, or the reason why there is none. */
export async function examineDocument(
  url: URL,
  recorder: DocumentRecorder,
): Promise<ExaminedDocument> {
  const answer = await recorder.read(url);
  const { elapsedMs, endedAt } = answer;
  const headers = answer.kind === 'answered' ? answer.headers : undefined;
  return { url, elapsedMs, endedAt, headers, content: readContent(url, answer) };
}

type Content = ExaminedDocument['content'];
type Answered = Extract<RecordedAnswer, { readonly kind: 'answered' }>;

function readContent(url: URL, answer: RecordedAnswer): Content {
  if (answer.kind === 'failed') return describeFailure(url, answer.error);
  const found = findStatusFault(url, answer) ?? readBody(answer);
  if (found.kind !== 'fault') return found;
  return { ...found, what: `GET ${formatUrl(url)} answered ${answer.status}${found.what}` };
}

function createFault(fault: ResponseFault, what: string): Content {
  return { kind: 'fault', fault, what };
}

function findStatusFault(url: URL, { status, headers }: Answered): Content | undefined {
  if (status === 200) return undefined;
  if (status === 404 || status === 410) return createFault('missing', '');
  const isRedirect = status >= 300 && status < 400;
  return isRedirect
    ? createFault('redirect', describeLocation(url, headers))
    : createFault('status', '');
}

const HTML = ['text/html', 'application/xhtml+xml'];

function readBody({ headers, body }: Answered): Content {
  if (body === undefined) return createFault('broken', ' with more than 512 KiB');
  const mediaType = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (HTML.includes(mediaType)) return createFault('html', ` with ${mediaType} instead of JSON`);
  const json = parseJson(body);
  if (json !== undefined) return { kind: 'json', body: json.value, mediaType };
  const named = mediaType === '' ? 'a body' : `${mediaType} content`;
  return createFault('broken', ` with ${named} that is not JSON`);
}

function describeLocation(url: URL, headers: Headers): string {
  const location = headers.get('location') ?? '';
  const target = URL.canParse(location, url.href) ? parseUrl(new URL(location, url).href) : null;
  return target == null ? '' : ` with a redirect to ${formatUrl(target)}`;
}

function parseJson(body: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown };
  } catch {
    return undefined;
  }
}

function describeFailure(url: URL, error: unknown): Content {
  if (error instanceof ExchangeError) {
    return { kind: 'unreachable', code: 'timed_out', what: error.message };
  }
  const systemCode = findSystemCode(error);
  const known = CONNECTION_FAULTS.find(({ codes }) => codes.has(systemCode ?? ''));
  if (known === undefined) {
    const why = systemCode === undefined ? '' : `: ${systemCode}`;
    const what = `GET ${formatUrl(url)} failed${why}`;
    return { kind: 'unreachable', code: 'connection_failed', what };
  }
  const why = known.codes.get(systemCode ?? '') ?? '';
  const what = `${known.describe(url)}${why === '' ? '' : `: ${why}`} (${systemCode ?? ''})`;
  return { kind: 'unreachable', code: known.code, what };
}
