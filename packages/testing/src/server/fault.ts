/**
 * Faults: how an endpoint of the issuer can go wrong.
 *
 * @module
 */
import {
  assertKnownOptions,
  didYouMean,
  invalidOption,
  isPlainObject,
} from '@scopegate/protocol/internal';
import { checkedHeaders } from './http-answer.js';

/** How long a fault lasts. */
export interface FaultDuration {
  /**
   * After so many requests the endpoint is well again, or the next fault of a script is up.
   *
   * @defaultValue until it is cleared; in a script 1
   */
  readonly times?: number | undefined;
}

/** A fault of any endpoint. */
export type Fault = FaultDuration &
  (
    | {
        /** The right answer: a break in a script of faults. */
        readonly kind: 'none';
      }
    | {
        /** The connection is destroyed in place of an answer. */
        readonly kind: 'down';
      }
    | {
        /** There is no answer and no end, until the issuer stops or closes. */
        readonly kind: 'hang';
      }
    | {
        /** The right answer, one byte at a time. */
        readonly kind: 'slow';
        /** Between two bytes. @defaultValue 100 */
        readonly intervalMs?: number | undefined;
      }
    | {
        /** Half of the right body, then the connection is destroyed. */
        readonly kind: 'cut';
      }
    | {
        /** Another status, with a body of choice: JSON, or nothing. */
        readonly kind: 'status';
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>> | undefined;
        /** Written as JSON. @defaultValue no body at all */
        readonly body?: unknown;
      }
    | {
        /** 200 with an HTML page, as a captive portal or a login page has it. */
        readonly kind: 'html';
      }
    | {
        /** 200, the right media type, and a body that ends too soon to be JSON. */
        readonly kind: 'invalidJson';
      }
    | {
        /** The right document behind so many bytes of white space: valid, and too large. */
        readonly kind: 'huge';
        /** @defaultValue 2,097,152 (2 MiB) */
        readonly bytes?: number | undefined;
      }
    | {
        /** A redirect to another place. */
        readonly kind: 'redirect';
        readonly location: string;
        /** @defaultValue 302 */
        readonly status?: number | undefined;
      }
    | {
        /** The right document under another media type; `undefined` sends none. */
        readonly kind: 'mediaType';
        readonly mediaType: string | undefined;
      }
    | {
        /** 200 with another JSON document. */
        readonly kind: 'document';
        readonly document: unknown;
      }
    | {
        /** The right document with other members; `undefined` leaves a member out. */
        readonly kind: 'members';
        readonly members: Readonly<Record<string, unknown>>;
      }
  );

/** A fault of a metadata document. */
export type MetadataFault =
  | Fault
  | (FaultDuration & {
      /** The document names another issuer. RFC 8414 §3.3. */
      readonly kind: 'wrongIssuer';
      /** @defaultValue `'https://other-issuer.example'` */
      readonly issuer?: string | undefined;
    });

/** A fault of the token endpoint. RFC 6749 §5.1. */
export type TokenFault =
  | Fault
  | (FaultDuration & {
      readonly kind:
        /** `expires_in` is absent. */
        | 'noExpiresIn'
        /** `expires_in` is a string of digits. */
        | 'stringExpiresIn'
        /** `token_type` is `mac`. */
        | 'wrongTokenType'
        /** `scope` lacks the last scope-token that was asked for. */
        | 'smallerScope';
    });

/** Any fault of any endpoint. */
export type AnyFault = Fault | MetadataFault | TokenFault;

/** Between two bytes of a slow answer, where nothing else is said. */
export const DRIP_INTERVAL_MS = 100;

const MAX_TIMES = 1_000_000;
const MAX_TIMER_MS = 2 ** 31 - 1;
const MAX_HUGE_BYTES = 2 ** 28;

/** What each kind of fault can be told, beside `kind` and `times`. */
const MEMBERS: Readonly<Record<AnyFault['kind'], readonly string[]>> = {
  none: [],
  down: [],
  hang: [],
  slow: ['intervalMs'],
  cut: [],
  status: ['status', 'headers', 'body'],
  html: [],
  invalidJson: [],
  huge: ['bytes'],
  redirect: ['location', 'status'],
  mediaType: ['mediaType'],
  document: ['document'],
  members: ['members'],
  wrongIssuer: ['issuer'],
  noExpiresIn: [],
  stringExpiresIn: [],
  wrongTokenType: [],
  smallerScope: [],
};

const METADATA = ['metadata', 'oauthMetadata', 'openid'];
const ONLY: Readonly<Record<string, readonly string[]>> = {
  wrongIssuer: METADATA,
  noExpiresIn: ['token'],
  stringExpiresIn: ['token'],
  wrongTokenType: ['token'],
  smallerScope: ['token'],
};

/**
 * Checks that a value is a fault of some endpoint.
 *
 * @throws TypeError When its `kind` or a member of it is unknown, or a number is out of range.
 */
export function assertFault(fault: unknown): asserts fault is AnyFault {
  if (!isPlainObject(fault)) throw new TypeError('a fault is an object with a "kind"');
  const kind = String(fault['kind']);
  const members = Object.entries(MEMBERS).find(([name]) => name === kind)?.[1];
  if (members === undefined) {
    throw new TypeError(`there is no fault "${kind}"${didYouMean(kind, Object.keys(MEMBERS))}`);
  }
  assertKnownOptions(`a fault "${kind}"`, fault, ['kind', 'times', ...members]);
  assertInteger('times', fault['times'], 1, MAX_TIMES);
  // Node sends no status below 100, and 1xx ends no exchange.
  assertInteger('status', fault['status'], 200, 599);
  assertInteger('intervalMs', fault['intervalMs'], 1, MAX_TIMER_MS);
  assertInteger('bytes', fault['bytes'], 1, MAX_HUGE_BYTES);
  assertSendable(fault);
}

// Found out now, where the stack shows the test, and not when the request comes.
function assertSendable(fault: Readonly<Record<string, unknown>>): void {
  const { kind, status, members, headers } = fault;
  if (kind === 'status' && status === undefined) {
    throw invalidOption('status', 'must be given for a fault "status"');
  }
  if (kind === 'members' && !isPlainObject(members)) {
    throw invalidOption('members', 'must be an object');
  }
  if (headers !== undefined && !isPlainObject(headers)) {
    throw invalidOption('headers', 'must be an object of strings');
  }
  if (kind === 'redirect') checkedHeaders({ location: fault['location'] });
  if (isPlainObject(headers)) checkedHeaders(headers);
  JSON.stringify(fault);
}

/**
 * Checks that an endpoint can have a fault: what concerns members of its document is its own.
 *
 * @throws TypeError When it cannot.
 */
export function assertFaultOf(target: string, { kind }: AnyFault): void {
  const only = Object.hasOwn(ONLY, kind) ? ONLY[kind] : undefined;
  if (only === undefined || only.includes(target)) return;
  throw new TypeError(`a fault "${kind}" is for ${only.map((each) => `"${each}"`).join(', ')}`);
}

function assertInteger(name: string, value: unknown, least: number, most: number): void {
  if (value === undefined) return;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return;
  throw invalidOption(name, `must be an integer from ${least} to ${most}`);
}
