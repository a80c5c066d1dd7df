/**
 * Forwards requests and adds a token, because the suite sends none to a server.
 */
import { once } from 'node:events';
import { createServer, request } from 'node:http';

/**
 * Starts a relay on a free port of 127.0.0.1. All other header fields, `Host` included, stay as they are.
 *
 * @param {string} target - The origin of the server.
 * @param {string} token
 */
export async function startRelay(target, token) {
  const { hostname, port } = new URL(target);
  return startServer((req, res) => {
    const headers = { ...req.headers, authorization: `Bearer ${token}` };
    const options = { hostname, port, path: req.url, method: req.method, headers };
    const forwarded = request(options, (response) => {
      res.writeHead(response.statusCode, response.rawHeaders);
      res.flushHeaders(); // a stream of events may not have sent any yet
      response.pipe(res);
    });
    forwarded.on('error', () => res.destroy());
    res.on('close', () => forwarded.destroy());
    req.pipe(forwarded);
  });
}

/** Serves on a free port of 127.0.0.1. */
export async function startServer(listener) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
