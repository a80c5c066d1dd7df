/**
 * Lines about outages and incidents.
 *
 * @module
 */
import type { Incident, IncidentName } from '../events/incident.js';
import type { LogLevel, LogLine } from './log-line.js';

/** How urgent an incident is, and what it means. */
const INCIDENTS: Readonly<Record<IncidentName, readonly [level: LogLevel, message: string]>> = {
  always_inactive: [
    'warn',
    'every introspected token is inactive: this resource server may lack the permission to introspect',
  ],
  credentials_refused: [
    'error',
    'the authorization server refused the credentials of this resource server',
  ],
  data_lost: ['warn', 'the store of used proofs has lost data: older proofs are not accepted'],
  discontinuity: ['warn', 'the Redis server has lost data'],
  full: ['error', 'the revocation list is full: further withdrawals are rejected'],
  healed: ['info', 'revocations that the Redis server had lost were written again'],
  stale: ['error', 'the revocations could not be read in time: requests get 503'],
  tampered: ['error', 'an entry of the store was not written by this fleet; it is ignored'],
  unreadable: ['warn', 'an entry of the store was sealed with a key that this process lacks'],
  unsafe_eviction: ['warn', 'the Redis server may evict entries'],
};

/** Without the caches of a fleet, requests are still served. */
const HARMLESS: ReadonlySet<string> = new Set(['store_cache']);

/** Formats an incident as a line. */
export function incidentLine(incident: Incident): LogLine {
  const { dependency, issuer } = incident;
  const base = issuer === undefined ? { dependency } : { dependency, issuer };
  const where = `${dependency}\0${issuer ?? ''}`;
  if (incident.kind === 'incident') {
    const [level, message] = INCIDENTS[incident.name];
    const { name, store } = incident;
    const members = { event: 'scopegate.incident', incident: name, ...base };
    return {
      level,
      kind: `incident\0${name}\0${where}`,
      members: store === undefined ? members : { ...members, store },
      message,
    };
  }
  if (incident.kind === 'began') {
    const { failure, systemCode } = incident;
    return {
      level: HARMLESS.has(dependency) ? 'warn' : 'error',
      kind: `began\0${where}`,
      members: { event: 'scopegate.outage.began', ...base, failure, systemCode },
      message: `unavailable: ${dependency} (${failure})`,
    };
  }
  const { unavailableForMs, failures } = incident;
  return {
    level: 'info',
    kind: `ended\0${where}`,
    members: { event: 'scopegate.outage.ended', ...base, unavailableForMs, failures },
    message: `available again: ${dependency}`,
  };
}
