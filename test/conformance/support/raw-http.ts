/**
 * HTTP requests exactly as written, each over a new socket.
 *
 * @module
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Answer } from './answer.js';

/** A response, and the local port of its connection. */
export type RawAnswer = Omit<Answer, 'handlerRan'> & { readonly localPort: number };

/** The target of a connection. */
export interface RawConnection {
  readonly port: number;
  /** Called once the local port is known. */
  readonly onConnect?: (localPort: number) => void;
}

/**
 * Sends the octets of a request and reads the response.
 *
 * @param request - One character per octet (latin1), including `Connection: close`, so that the
 *   server ends the connection.
 */
export async function sendOctets(
  request: string | Uint8Array,
  { port, onConnect }: RawConnection,
): Promise<RawAnswer> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  const localPort = socket.localPort ?? 0;
  onConnect?.(localPort);
  // The client's side stays open: the server of Node.js aborts a request whose sender has ended.
  socket.write(typeof request === 'string' ? Buffer.from(request, 'latin1') : request);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return { ...parseAnswer(Buffer.concat(chunks)), localPort };
}

/**
 * Writes a request from its lines.
 *
 * @param lines - The request line and the header fields, without line ends.
 */
export function requestOctets(lines: readonly string[], body = ''): string {
  const [requestLine = '', ...fields] = lines;
  const all = [requestLine, 'Host: rs.example', ...fields, 'Connection: close', '', body];
  return all.join('\r\n');
}

/** Reads only responses with Content-Length, as refusals and small JSON responses have. */
function parseAnswer(octets: Buffer): Omit<RawAnswer, 'localPort'> {
  const text = octets.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1];
  if (end === -1 || status === undefined) throw new Error(`no answer, but ${JSON.stringify(text)}`);
  const headers = lines.map((line): [string, string] => {
    const parts = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (parts === null) throw new Error(`no header field: ${JSON.stringify(line)}`);
    return [(parts[1] ?? '').toLowerCase(), parts[2] ?? ''];
  });
  return { status: Number(status), headers, body: octets.subarray(end + 4).toString('utf8') };
}
