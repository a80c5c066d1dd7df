/**
 * Records what the servers of the story receive, and how they respond.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The requests since the last `take()`. */
export interface Traffic {
  /** Adds a line. */
  add(line: string): void;
  /** Adds a request and, once it is known, its response. */
  addRequest(req: IncomingMessage, res: ServerResponse): void;
  /** Removes and returns all lines, in the order in which the requests arrived. */
  take(): readonly string[];
}

/** The header fields of responses that the story shows. */
const FIELDS = ['www-authenticate', 'retry-after'];

/** Creates an empty record. */
export function createTraffic(): Traffic {
  const entries: (() => readonly string[])[] = [];
  return {
    add(line) {
      entries.push(() => [line]);
    },
    addRequest(req, res) {
      entries.push(() => formatExchange(req, res));
    },
    take: () => entries.splice(0).flatMap((format) => format()),
  };
}

function formatExchange(req: IncomingMessage, res: ServerResponse): readonly string[] {
  // MCP repeats the JSON-RPC method and the name of the tool in header fields.
  const { 'mcp-method': method, 'mcp-name': tool } = req.headers;
  const words = [req.method, req.url, method, tool, '→', res.statusCode, readMediaType(res)];
  const line = words.filter((word) => word !== undefined).join(' ');
  const fields = FIELDS.filter((name) => res.hasHeader(name));
  return [line, ...fields.map((name) => `  ${name}: ${String(res.getHeader(name))}`)];
}

function readMediaType(res: ServerResponse): string | undefined {
  const [mediaType] = String(res.getHeader('content-type') ?? '').split(';');
  return mediaType === '' ? undefined : mediaType;
}
