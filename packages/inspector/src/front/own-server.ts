/**
 * The inspector's own server, on the loopback interface.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { assertKnownOptions, optionalNumber } from '@scopegate/protocol/internal';
import { AccessKey } from '../gate/access-key.js';
import { refuseForeign } from '../gate/local-request.js';
import { refusal, send } from '../response.js';
import { type Entrance, pathOf, respond, type Site, type Visit } from './site.js';

/** No other address can be reached from the network or from another container. */
const LOOPBACK = '127.0.0.1';

const ONLY_LOOPBACK = `the page is served on ${LOOPBACK} only; use a tunnel, or middleware()`;

const HINTS = { host: ONLY_LOOPBACK, hostname: ONLY_LOOPBACK };

/** Options of `listen()`. */
export interface ListenOptions {
  /**
   * The port on 127.0.0.1; an integer from 0 to 65535.
   *
   * @defaultValue `0`: a free port
   */
  readonly port?: number | undefined;
}

/** Where the inspector listens. */
export interface InspectorAddress {
  /** The address to open in a browser. Its fragment contains the key, which anyone needs to read the page. */
  readonly url: string;
  /** The port. */
  readonly port: number;
}

/** A server that listens. */
export interface OwnServer {
  readonly address: InspectorAddress;
  readonly server: Server;
}

/**
 * Starts a server for the page.
 *
 * @throws TypeError (rejects) An option is unknown or out of range.
 */
export async function listen(
  site: Site,
  { isExplainOn, options }: { readonly isExplainOn: boolean; readonly options: unknown },
): Promise<OwnServer> {
  assertKnownOptions('listen()', options, { names: ['port'], hints: HINTS });
  const port = optionalNumber(options, 'port', { min: 0, max: 65_535, isInteger: true }) ?? 0;
  const key = new AccessKey();
  const entrance: Entrance = {
    kind: 'key',
    authorize: (visit, next) => {
      authorize(key, visit, next);
    },
    isExplainOn,
    streamEndsAfterMs: undefined,
  };
  const server = createServer((req, res) => {
    const foreign = refuseForeign(req);
    if (foreign !== undefined) send(res, foreign);
    else respond(site, entrance, { req, res, path: pathOf(req.url), fail: () => undefined });
  });
  // The page must not keep the process of the application running.
  server.on('connection', (socket) => socket.unref());
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
  server.unref();
  return { server, address: formatAddress(server, key) };
}

function authorize(key: AccessKey, { req, res }: Visit, next: () => void): void {
  if (key.matches(req.headers.authorization)) {
    next();
    return;
  }
  const rule = 'the key of the process is missing or wrong';
  const headers = { 'WWW-Authenticate': 'Bearer realm="scopegate inspector"' };
  send(res, refusal(401, `${rule}; open the address that the process printed`, headers));
}

function formatAddress(server: Server, key: AccessKey): InspectorAddress {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.freeze({ url: `http://${LOOPBACK}:${port}/#key=${key.text}`, port });
}
