/**
 * One server of one front with one route, in a separate process. It ends with its parent.
 *
 * `BENCH_SERVER` names the front and what is in front of the handler. It sends its URL, and replies to every message with
 * the CPU time that it has used.
 */
import { listenBy } from '../fronts/fronts.mjs';
import { STORY } from '../settings.mjs';

const { front, kind, jwksUri } = JSON.parse(process.env.BENCH_SERVER);
const { issuer, audience, scope, path } = STORY;

const options = { issuer, audience, scopes: [scope], jwksUri };
const server = await listenBy(front, { path, body: { rows: [] }, kind, options, scope });
// Keeps the connections of callers that pause.
server.keepAliveTimeout = 120_000;
process.send({ url: `http://127.0.0.1:${server.address().port}${path}` });
process.on('message', () => process.send(process.cpuUsage()));
process.on('disconnect', () => process.exit());
