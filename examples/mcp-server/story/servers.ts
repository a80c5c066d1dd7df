/**
 * Starts the servers and the clients of the story.
 *
 * @module
 */
import { createPerson, type Person } from '../person.js';
import { createService, type Service } from '../service.js';
import { createBrowser } from './browser.js';
import { type Issuer, startIssuer } from './issuer.js';
import { listenOnLoopback } from './loopback-server.js';
import { type RestartableNotes, startNotes } from './restartable-notes.js';
import { createTraffic, type Traffic } from './traffic.js';

/** The running servers and their clients. */
export interface StoryServers {
  /** The URL of the MCP endpoint. */
  readonly url: string;
  readonly issuer: Issuer;
  readonly notes: RestartableNotes;
  readonly traffic: Traffic;
  /** The client of ann. */
  readonly ann: Person;
  /** The client of ann at another MCP server, which has the same authorization server. */
  readonly annElsewhere: Person;
  readonly cleanup: Service;
  /** Sets the clock of the MCP server forward. */
  skip(seconds: number): void;
  /** Stops everything. */
  close(): Promise<void>;
}

/** Starts everything on free ports of 127.0.0.1. */
export async function startStoryServers(): Promise<StoryServers> {
  const traffic = createTraffic();
  const notesHttp = await listenOnLoopback((req, res) => {
    traffic.addRequest(req, res);
  });
  const otherHttp = await listenOnLoopback(() => undefined);
  const [url, otherUrl] = [`${notesHttp.url}/mcp`, `${otherHttp.url}/mcp`];
  const issuer = await startIssuer(traffic, [url, otherUrl]);
  // The clock stands still between scenes, so that the result does not depend on the speed of the machine.
  let now = Date.now();
  const clock = (): number => now;
  const notes = await startNotes(notesHttp, { issuer: issuer.url, url, notes: [], clock });
  const other = await startNotes(otherHttp, { issuer: issuer.url, url: otherUrl, notes: [] });

  const openBrowser = createBrowser();
  const ann = createPerson({ ...issuer.publicClient, url, openBrowser });
  const annElsewhere = createPerson({ ...issuer.publicClient, url: otherUrl, openBrowser });
  const cleanup = createService({ ...issuer.serviceClient, issuer: issuer.url, url });
  traffic.take();
  return {
    url,
    issuer,
    notes,
    traffic,
    ann,
    annElsewhere,
    cleanup,
    skip(seconds) {
      now += seconds * 1000;
    },
    async close() {
      await Promise.all([ann, annElsewhere, cleanup].map((client) => client.close()));
      for (const server of [notes, other]) server.close();
      await Promise.all([issuer, notesHttp, otherHttp].map((server) => server.close()));
    },
  };
}
