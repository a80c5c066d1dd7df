/**
 * One Express server with one guarded route, in a separate process. It ends with its parent.
 *
 * `BENCH_SERVER` names what to mount. It sends its URL, and replies to every message with the
 * CPU time that it has used.
 */
import express from 'express';
import { GUARDS } from '../peers/contestants.mjs';
import { DPOP_GUARDS } from '../peers/dpop.mjs';
import { STORY } from '../settings.mjs';

const { guard, demandsProof, ...given } = JSON.parse(process.env.BENCH_SERVER);
// Only servers of a fleet load the clients of Redis.
const fleet = given.redisUrl === undefined ? {} : await import('../peers/fleet.mjs');
const guards = {
  ...GUARDS,
  ...(demandsProof ? DPOP_GUARDS : undefined),
  ...fleet.FLEET_GUARDS,
  ...fleet.HANGING_GUARDS,
};

const app = express();
app.disable('x-powered-by');
app.get(STORY.path, ...(await guards[guard](given)), (_request, response) => {
  response.json({ rows: [] });
});
// Express recognizes an error handler by its four parameters.
app.use((error, _request, response, _next) => {
  response.status(error.status ?? 500).json({ error: 'refused' });
});

const server = app.listen(0, '127.0.0.1', () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}${STORY.path}` });
});
// Keeps the connections of callers that pause.
server.keepAliveTimeout = 120_000;
process.on('message', () => process.send(process.cpuUsage()));
process.on('disconnect', () => process.exit());
