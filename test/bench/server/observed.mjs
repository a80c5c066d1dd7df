/**
 * One Express server with one guarded route and its observers, in a separate process. It ends with its parent.
 *
 * `BENCH_SERVER` names the observers. It sends its URL and that of its inspector, and replies to every message
 * with the CPU time that it has used.
 */
import express from 'express';
import { createResourceServer } from '../../../packages/express/dist/index.js';
import { STORY } from '../settings.mjs';

const { observers, jwksUri } = JSON.parse(process.env.BENCH_SERVER);
const { issuer, audience, scope, path } = STORY;

const app = express();
app.disable('x-powered-by');
const api = createResourceServer({
  issuer,
  audience,
  scopes: [scope],
  jwksUri,
  name: 'bench',
  identifyClients: true,
});
app.get(path, api.requireScope(scope), (_request, response) => {
  response.json({ rows: [] });
});

const addresses = {};
if (observers.length > 0) {
  // A server that is not observed loads nothing of this.
  const { OBSERVERS } = await import('./observers.mjs');
  for (const name of observers) Object.assign(addresses, await OBSERVERS[name]({ app, api }));
}
const server = app.listen(0, '127.0.0.1', () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}${path}`, ...addresses });
});
// Keeps the connections of callers that pause.
server.keepAliveTimeout = 120_000;
process.on('message', () => process.send(process.cpuUsage()));
process.on('disconnect', () => process.exit());
