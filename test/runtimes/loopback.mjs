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
  const { port } = server.address();
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
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
