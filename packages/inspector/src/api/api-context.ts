/**
 * What the answers of the API are made from.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Feed } from '../feed/feed.js';
import type { ResolvedOptions } from '../options.js';
import type { Privileges } from '../wire.js';
import type { AuditResult } from './audited-application.js';
import type { CachedReading } from './cached-reading.js';

/** What the answers are made from. */
export interface ApiContext extends ResolvedOptions {
  readonly feed: Feed;
  readonly audit: CachedReading<AuditResult>;
  readonly privilegeReport: CachedReading<Privileges>;
}

/** A request to the API, and how its sender came here. */
export interface ApiExchange {
  readonly req: IncomingMessage & { readonly body?: unknown };
  readonly res: ServerResponse;
  readonly isExplainOn: boolean;
  /** After so many milliseconds a stream ends; `undefined` for never. */
  readonly streamEndsAfterMs: number | undefined;
}
