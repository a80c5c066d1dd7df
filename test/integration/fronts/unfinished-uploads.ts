/**
 * Requests whose bodies the client does not send to the end.
 *
 * @module
 */
import { once } from 'node:events';
import { connect } from 'node:net';

/** The start of a response to a request whose client waits. */
export interface EarlyAnswer {
  readonly status: number;
  readonly connection: string | undefined;
  readonly body: string;
}

/**
 * Sends a request on a persistent connection, and reads the response by its Content-Length while the
 * client has not sent the whole body.
 *
 * @param lines - The request line and the fields without `Host`.
 * @param begun - The part of the body that is sent.
 */
export async function askEarly(
  { port }: URL,
  lines: readonly string[],
  begun = '',
): Promise<EarlyAnswer> {
  const socket = connect({ port: Number(port), host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.write([...lines, 'Host: api.example.com', '', begun].join('\r\n'));
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    const end = text.indexOf('\r\n\r\n');
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (end !== -1 && text.length >= end + 4 + length) break; // which destroys the socket
  }
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  return {
    status: Number(head.split(' ', 2)[1]),
    connection: /\r\nconnection: ([^\r]*)/i.exec(head)?.[1],
    body,
  };
}
