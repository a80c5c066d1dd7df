/**
 * Reads the snapshot of a recorder.
 *
 * @module
 */
import type {
  ClientUsage,
  DayRange,
  PrivilegeUsage,
  ProcessUsage,
  RouteUsage,
  ScopeTally,
  TrialTally,
} from './privilege-usage.js';
import { USAGE_FORMAT } from './privilege-usage.js';
import { readPolicy } from './read-policy.js';
import {
  type Members,
  readArray,
  readCount,
  readIfAny,
  readObject,
  readString,
  readStrings,
  readTimeMs,
  UnreadableError,
} from './readable-values.js';

/**
 * Reads a snapshot.
 *
 * @throws UnreadableError It is not one of this version.
 */
export function readUsage(value: unknown): PrivilegeUsage {
  const { scopegate, processes } = readObject(value);
  if (scopegate !== USAGE_FORMAT) throw new UnreadableError('the format is unknown');
  return { scopegate: USAGE_FORMAT, processes: readArray(processes, readProcess) };
}

function readProcess(value: unknown): ProcessUsage {
  const process = readObject(value);
  const policies = readArray(process['policies'], readPolicy);
  return {
    boot: readString(process['boot']),
    ...readPeriod(process),
    decisions: readCount(process['decisions']),
    dropped: readCount(process['dropped']),
    isPartial: process['isPartial'] === true ? true : undefined,
    policies,
    clients: readArray(process['clients'], (client) => readClient(client, policies.length)),
  };
}

function readClient(value: unknown, policies: number): ClientUsage {
  const client = readObject(value);
  const principals = readObject(client['principals']);
  return {
    server: readString(client['server']),
    issuer: readIfAny(client['issuer'], readString),
    clientId: readIfAny(client['clientId'], readString),
    isIdentified: client['isIdentified'] === true,
    ...readPeriod(client),
    requests: readCount(client['requests']),
    passed: readCount(client['passed']),
    principals: {
      client: readCount(principals['client']),
      user: readCount(principals['user']),
      unknown: readCount(principals['unknown']),
    },
    days: readArray(client['days'], readDays),
    held: readStrings(client['held']),
    others: readCount(client['others']),
    dropped: readCount(client['dropped']),
    routes: readArray(client['routes'], (route) => readRoute(route, policies)),
  };
}

function readRoute(value: unknown, policies: number): RouteUsage {
  const route = readObject(value);
  const indexes = readArray(route['policies'], readCount);
  if (indexes.some((index) => index >= policies)) throw new UnreadableError('a policy is missing');
  return {
    method: readIfAny(route['method'], readString),
    route: readIfAny(route['route'], readString),
    policies: indexes,
    passed: readCount(route['passed']),
    refused: readCount(route['refused']),
    held: readStrings(route['held']),
    others: readCount(route['others']),
    needed: readArray(route['needed'], readTally),
    missing: readArray(route['missing'], readTally),
    trial: readIfAny(route['trial'], readTrial),
    reportOnly: readIfAny(route['reportOnly'], readTrial),
  };
}

function readTally(value: unknown): ScopeTally {
  const { scope, requests, lastMs } = readObject(value);
  return {
    scope: readString(scope),
    requests: readCount(requests),
    lastMs: readTimeMs(lastMs),
  };
}

function readTrial(value: unknown): TrialTally {
  const trial = readObject(value);
  return {
    allowed: readCount(trial['allowed']),
    refused: readArray(trial['refused'], (each) => {
      const { reason, requests } = readObject(each);
      return { reason: readString(reason), requests: readCount(requests) };
    }),
    errors: readCount(trial['errors']),
    ...readPeriod(trial),
  };
}

function readPeriod(value: Members): Pick<ProcessUsage, 'fromMs' | 'toMs'> {
  return { fromMs: readTimeMs(value['fromMs']), toMs: readTimeMs(value['toMs']) };
}

function readDays(value: unknown): DayRange {
  const [first, last] = readArray(value, readCount);
  if (first !== undefined && last !== undefined && first <= last) return [first, last];
  throw new UnreadableError('a range of days is missing');
}
