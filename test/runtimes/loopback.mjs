/**
 * Servers on a free port of 127.0.0.1.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Starts a server of `node:http`.
 *
 * @param {import('node:http').Server} server
 */
export async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...located(server.address().port),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Serves a function from `Request` to `Response`: by Bun or Deno itself, otherwise by `node:http`.
 *
 * @param {(request: Request) => Response | Promise<Response>} fetch
 */
export async function serveFetch(fetch) {
  const { Bun, Deno } = globalThis;
  const address = { port: 0, hostname: '127.0.0.1' };
  if (Bun !== undefined) {
    const server = Bun.serve({ ...address, fetch: (request) => fetch(request) });
    return { ...located(server.port), close: () => server.stop(true) };
  }
  if (Deno !== undefined) {
    const options = { ...address, onListen: () => undefined };
    const server = Deno.serve(options, (request) => fetch(request));
    return { ...located(server.addr.port), close: () => server.shutdown() };
  }
  const { createAdaptorServer } = await import('@hono/node-server');
  return listen(createAdaptorServer({ fetch }));
}

function located(port) {
  return { port, origin: `http://127.0.0.1:${port}` };
}

/**
 * Sends octets, and returns what the server answers before it closes the connection.
 *
 * @param {{ port: number }} server
 * @param {readonly string[]} lines
 */
export async function sendOctets({ port }, lines) {
  const socket = connect(port, '127.0.0.1');
  socket.write(lines.join('\r\n'));
  let answer = '';
  for await (const chunk of socket) answer += chunk.toString('latin1');
  return answer;
}
