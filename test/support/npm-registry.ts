/**
 * A registry of npm on the loopback interface, with only what `npm view` and `npm publish` use.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { openServer } from './listen.js';

/** The document of a package, as npm sends and reads it. */
interface PackageDocument {
  readonly name: string;
  readonly versions: Readonly<Record<string, object>>;
}

const OTHER_CONTENT = { integrity: 'sha512-b3RoZXI=', tarball: 'http://127.0.0.1/other.tgz' };

/** A running registry. */
export interface NpmRegistry {
  readonly origin: string;
  /** The packages, in the order in which they were published. */
  readonly published: string[];
  /** The packages whose publication it refuses with 503. */
  readonly refused: Set<string>;
  /** Replaces the content of a published version, as far as its integrity shows it. */
  replaceContent(name: string, version: string): void;
}

/** Starts an empty registry for the running test. It accepts any token. */
export async function startNpmRegistry(): Promise<NpmRegistry> {
  const documents = new Map<string, PackageDocument>();
  const published: string[] = [];
  const refused = new Set<string>();
  const respond = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const name = decodeURIComponent((req.url ?? '').slice(1).split('?')[0] ?? '');
    if (req.method !== 'PUT') {
      const document = documents.get(name);
      send(res, document === undefined ? 404 : 200, document ?? { error: 'not found' });
    } else if (refused.has(name)) {
      send(res, 503, { error: 'unavailable' });
    } else {
      // npm publishes the document of a package with one version.
      documents.set(name, (await json(req)) as PackageDocument);
      published.push(name);
      send(res, 201, {});
    }
  };
  const server = createServer((req, res) => {
    void respond(req, res);
  });
  const { origin } = await openServer(server);
  return {
    origin,
    published,
    refused,
    replaceContent(name, version) {
      documents.set(name, {
        name,
        versions: { [version]: { name, version, dist: OTHER_CONTENT } },
      });
    },
  };
}

function send(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
