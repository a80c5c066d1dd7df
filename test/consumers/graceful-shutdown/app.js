/**
 * An API that receives SIGTERM while a request is under way; `shutdown.js` is that of docs/deployment.md.
 *
 * Prints its port, then that the slow request is under way. Nothing here ends the process.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { createResourceServer } from '@scopegate/express';
import express from 'express';
import { closeOnSigterm } from './shutdown.js';

const { publicKey } = generateKeyPairSync('ed25519');
const api = createResourceServer({
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
  jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'EdDSA', kid: 'key-1' }] },
});
const app = express();
app.get('/quick', (_req, res) => {
  res.send('quick');
});
app.get('/slow', async (_req, res) => {
  const stopped = once(process, 'SIGTERM');
  process.stdout.write('under way\n');
  await stopped;
  res.send('answered');
});

const server = createServer(app);
// Node would end idle connections after 5 s, which may be all that a container is given.
server.keepAliveTimeout = 0;
closeOnSigterm(server, api);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`${server.address().port}\n`);
