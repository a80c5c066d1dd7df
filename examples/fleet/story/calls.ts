/**
 * Calls to the processes of the fleet, as one line each.
 *
 * @module
 */
import type { Fleet, NamedNode } from './fleet.js';

/** A token, and the proof of its key if it is bound to one. */
export type Credentials = Readonly<Record<string, string>>;

/** The fields of a response that scenes show. */
interface Answer {
  readonly status: number;
  readonly error: unknown;
  readonly tokenId: unknown;
}

/** Creates the header field of a bearer token. */
export function bearer(token: string): Credentials {
  return { authorization: `Bearer ${token}` };
}

/** Calls one process of the API: `call(node, 'GET /v1/sales', headers)`. */
export async function call(
  node: NamedNode,
  request: string,
  headers: Credentials,
): Promise<Answer> {
  const [method = 'GET', path = '/'] = request.split(' ');
  return readAnswer(await fetch(`${node.url}${path}`, { method, headers }));
}

/** Calls each process of the API, one after another: `API 1: 200, API 2: 401 invalid_token`. */
export async function callEach(
  nodes: readonly NamedNode[],
  request: string,
  headers: Credentials,
): Promise<string> {
  const lines: string[] = [];
  for (const node of nodes) {
    lines.push(`${node.name}: ${formatAnswer(await call(node, request, headers))}`);
  }
  return lines.join(', ');
}

/** Lets every report service call a process of the API, all at the same time. */
export async function runReports({ reports, apis }: Fleet): Promise<{
  /** Whether every call succeeded: `4 calls: 200`. */
  readonly line: string;
  /** The ids of the tokens that were used. */
  readonly tokenIds: ReadonlySet<unknown>;
}> {
  const answers = await Promise.all(
    reports.map((report, index) => runReport(report, apis[index % apis.length]?.url ?? '')),
  );
  const statuses = [...new Set(answers.map(formatAnswer))].sort();
  return {
    line: `${reports.length} report services: ${statuses.join(', ')}`,
    tokenIds: new Set(answers.map(({ tokenId }) => tokenId)),
  };
}

async function runReport({ url }: NamedNode, api: string): Promise<Answer> {
  return readAnswer(await fetch(`${url}/report?api=${encodeURIComponent(api)}`));
}

/** Formats the status and the error code: `401 invalid_token`. */
export function formatAnswer({ status, error }: Answer): string {
  return typeof error === 'string' ? `${status} ${error}` : String(status);
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Readonly<Record<string, unknown>>;
  return { status: response.status, error: body['error'], tokenId: body['tokenId'] };
}
