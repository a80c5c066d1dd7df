/**
 * Reads a decision from a line of a log.
 *
 * @module
 */
import type { GuardPolicy, PublishedScopes, TrialVerdict } from '@scopegate/resource-server';
import { readPolicy } from './read-policy.js';
import {
  type Members,
  readArray,
  readCount,
  readIfAny,
  readObject,
  readOneOf,
  readString,
  readStrings,
} from './readable-values.js';
import type { UsageDecision } from './recorded-route.js';

const OUTCOMES = [
  'allowed',
  'anonymous',
  'refused',
  'unavailable',
  'error',
  'unenforced',
] as const satisfies readonly UsageDecision['outcome'][];

/**
 * Reads the members of a decision that usage depends on.
 *
 * @throws UnreadableError A member is missing or has another type.
 */
export function readDecision(line: Members): UsageDecision {
  return {
    outcome: readOneOf(line['outcome'], OUTCOMES),
    reason: readIfAny(line['reason'], readReason),
    server: readString(line['server']),
    policy: readIfAny(line['policy'], readPolicy),
    earlier: readIfAny(line['earlier'], readPolicies) ?? [],
    method: readIfAny(line['method'], readString),
    route: readIfAny(line['route'], readString),
    issuer: readIfAny(line['issuer'], readString),
    principal: readIfAny(line['principal'], (name) =>
      readOneOf(name, ['client', 'user', 'unknown']),
    ),
    clientId: readIfAny(line['clientId'], readString),
    held: readIfAny(line['held'], readHeld),
    trial: readIfAny(line['trial'], readVerdict),
  };
}

function readPolicies(value: unknown): readonly GuardPolicy[] {
  return readArray(value, readPolicy);
}

function readHeld(value: unknown): PublishedScopes {
  const { declared, others } = readObject(value);
  return { declared: readStrings(declared), others: readCount(others) };
}

function readVerdict(value: unknown): TrialVerdict {
  const { outcome, reason } = readObject(value);
  return {
    outcome: readOneOf(outcome, ['allowed', 'refused', 'error']),
    reason: readIfAny(reason, readReason),
  };
}

/** A later version may have more reasons; each is only counted and printed. */
function readReason(value: unknown): NonNullable<TrialVerdict['reason']> {
  return readString(value) as NonNullable<TrialVerdict['reason']>;
}

/**
 * Finds the time of a line, in ms since the epoch: a number of milliseconds or seconds, or ISO 8601.
 *
 * @returns `undefined` when the line has none.
 */
export function findTimeMs(line: Members): number | undefined {
  const value = TIME_MEMBERS.map((name) => line[name]).find((time) => time !== undefined);
  if (typeof value === 'string') return withinYears(Date.parse(value));
  if (typeof value !== 'number') return undefined;
  return withinYears(value < SECONDS_BELOW ? value * 1_000 : value);
}

/** pino and bunyan; winston; the Elastic Common Schema. */
const TIME_MEMBERS = ['time', 'timestamp', '@timestamp'];

/** As milliseconds, that is March 1973. */
const SECONDS_BELOW = 1e11;

/** The year 2000, and the year 2200. */
const FIRST_MS = 946_684_800_000;
const LAST_MS = 7_258_118_400_000;

function withinYears(timeMs: number): number | undefined {
  return timeMs >= FIRST_MS && timeMs <= LAST_MS ? timeMs : undefined;
}
