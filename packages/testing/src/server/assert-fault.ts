/**
 * Checks faults when they are set.
 *
 * @module
 */
import {
  assertKnownOptions,
  didYouMean,
  invalidOption,
  isPlainObject,
} from '@scopegate/protocol/internal';
import type { AnyFault } from '../fault.js';
import { checkedHeaders } from './http-answer.js';

const RANGES = {
  times: { min: 1, max: 1_000_000 },
  // A response with status 1xx does not end the exchange.
  status: { min: 200, max: 599 },
  // Node's longest timer.
  intervalMs: { min: 1, max: 2 ** 31 - 1 },
  bytes: { min: 1, max: 2 ** 28 },
} as const;

/** The members of each kind of fault, besides `kind` and `times`. */
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
  body: ['body', 'mediaType'],
  members: ['members'],
  wrongIssuer: ['issuer'],
  noExpiresIn: [],
  stringExpiresIn: [],
  wrongTokenType: [],
  smallerScope: [],
  inactive: [],
  unsigned: [],
  signed: ['header', 'claims'],
};

const METADATA = ['metadata', 'oauthMetadata', 'openid'];
/** The endpoints of the faults that are not available for every endpoint. */
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  wrongIssuer: METADATA,
  noExpiresIn: ['token'],
  stringExpiresIn: ['token'],
  wrongTokenType: ['token'],
  smallerScope: ['token'],
  inactive: ['introspection'],
  unsigned: ['introspection'],
  signed: ['introspection'],
};

/**
 * Checks that a value is a fault.
 *
 * @throws TypeError Its `kind` or a member is missing, unknown or out of range.
 */
export function assertFault(fault: unknown): asserts fault is AnyFault {
  if (!isPlainObject(fault)) throw new TypeError('a fault must be an object with a "kind"');
  const kind = String(fault['kind']);
  const members = Object.entries(MEMBERS).find(([name]) => name === kind)?.[1];
  if (members === undefined) {
    throw new TypeError(`unknown fault "${kind}"${didYouMean(kind, Object.keys(MEMBERS))}`);
  }
  assertKnownOptions(`fault "${kind}"`, fault, ['kind', 'times', ...members]);
  for (const [name, range] of Object.entries(RANGES)) assertInteger(name, fault[name], range);
  assertSendable(fault);
}

// Checked when the fault is set, because then the stack trace points to the test.
function assertSendable(fault: Readonly<Record<string, unknown>>): void {
  const { kind, status, members, headers } = fault;
  if (kind === 'status' && status === undefined) {
    throw invalidOption('status', 'is required for fault "status"');
  }
  if (kind === 'members' && !isPlainObject(members)) {
    throw invalidOption('members', 'must be an object');
  }
  if (kind === 'body' && typeof fault['body'] !== 'string') {
    throw invalidOption('body', 'must be a string');
  }
  if (headers !== undefined && !isPlainObject(headers)) {
    throw invalidOption('headers', 'must be an object with string values');
  }
  if (kind === 'redirect') checkedHeaders({ location: fault['location'] });
  if (isPlainObject(headers)) checkedHeaders(headers);
  JSON.stringify(fault);
}

/**
 * Checks that a fault is available for an endpoint.
 *
 * @throws TypeError The fault is available only for other endpoints.
 */
export function assertFaultOf(target: string, { kind }: AnyFault): void {
  const targets = Object.hasOwn(TARGETS, kind) ? TARGETS[kind] : undefined;
  if (targets === undefined || targets.includes(target)) return;
  const available = targets.map((each) => `"${each}"`).join(', ');
  throw new TypeError(`fault "${kind}" is available only for ${available}`);
}

function assertInteger(
  name: string,
  value: unknown,
  { min, max }: { readonly min: number; readonly max: number },
): void {
  if (value === undefined) return;
  if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) return;
  throw invalidOption(name, `must be an integer from ${min} to ${max}`);
}
