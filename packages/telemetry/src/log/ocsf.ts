/**
 * Decisions in the Open Cybersecurity Schema Framework, for security data lakes and SIEMs.
 *
 * @module
 */
import { assertKnownOptions, invalidOption, optionalNumber } from '@scopegate/protocol/internal';
import type { DecisionEvent, DecisionOutcome } from '@scopegate/resource-server';
import { formatOutcome } from './decision-lines.js';
import { resolveMethod } from '../events/request-method.js';

/** What {@link formatOcsf} cannot know. */
export interface OcsfOptions {
  /**
   * When the decision was made, in milliseconds since the epoch.
   *
   * @defaultValue now
   */
  readonly time?: number | undefined;
  /**
   * The id of the trace, such as `trace.getActiveSpan()?.spanContext().traceId`.
   *
   * @defaultValue none
   */
  readonly traceId?: string | undefined;
}

/** What a policy decided. */
export interface OcsfAuthorization {
  /** What it decided, such as `allowed` or `refused`. */
  readonly decision: string;
  /** The guard. `is_applied` is `false` for a policy that is on trial, or whose guard only reports. */
  readonly policy: {
    /** The name of the guard. */
    readonly name: string;
    /** Whether the policy is enforced. */
    readonly is_applied: boolean;
  };
}

/** An event of the class API Activity, OCSF 1.8, with the profile `security_control`. */
export interface OcsfApiActivity {
  /** Application Activity. */
  readonly category_uid: 6;
  /** API Activity. */
  readonly class_uid: 6003;
  /** 1: create, 2: read, 3: update, 4: delete, 99: other; from the request method. */
  readonly activity_id: number;
  /** The request method. */
  readonly activity_name: string;
  /** `class_uid * 100 + activity_id`. */
  readonly type_uid: number;
  /** In milliseconds since the epoch. */
  readonly time: number;
  /** 1: informational, 2: low, 3: medium. */
  readonly severity_id: number;
  /** 1: the request passed, 2: it did not. */
  readonly status_id: number;
  /** The reason, otherwise the outcome. */
  readonly status_code: string;
  /** The outcome and the reason. */
  readonly message: string;
  /** 1: allowed, 2: denied, 3: observed. */
  readonly action_id: number;
  /** 1: allowed, 17: logged, 26: unauthorized, 27: error. */
  readonly disposition_id: number;
  /** The version of the schema, and the source of the event. */
  readonly metadata: {
    /** The version of OCSF. */
    readonly version: '1.8.0';
    /** What has logged the event. */
    readonly product: {
      /** The name of the product. */
      readonly name: 'Scopegate';
      /** The name of its vendor. */
      readonly vendor_name: 'Scopegate';
    };
    /** The profiles of OCSF that are used. */
    readonly profiles: readonly string[];
    /** The diagnostics channel. */
    readonly log_name: 'scopegate:decision';
  };
  /** The client, if `identifyClients` is set, and the issuer of the token. */
  readonly actor: {
    /** The client id; `unknown` without one. */
    readonly app_uid: string;
    /** The authorization server; absent without a verified token. */
    readonly idp?: {
      /** The issuer, as configured. */
      readonly name: string;
    };
  };
  /** The route and the resource server. */
  readonly api: {
    /** The request method and the declared path. */
    readonly operation: string;
    /** The resource server. */
    readonly service: {
      /** Its name. */
      readonly name: string;
    };
  };
  /** Required by the class; addresses are never recorded. */
  readonly src_endpoint: {
    /** Addresses are not recorded. */
    readonly name: 'unknown';
  };
  /** The enforced policy, and that on trial. */
  readonly authorizations: readonly OcsfAuthorization[];
  /** Only with `traceId`. */
  readonly trace?: {
    /** The trace id. */
    readonly uid: string;
  };
}

const ACTIVITIES: Readonly<Record<string, number>> = {
  POST: 1,
  GET: 2,
  HEAD: 2,
  PUT: 3,
  PATCH: 3,
  DELETE: 4,
};
const OTHER_ACTIVITY = 99;

/** `severity_id`, `status_id`, `action_id` and `disposition_id`. */
const OUTCOMES: Readonly<Record<DecisionOutcome, readonly [number, number, number, number]>> = {
  allowed: [1, 1, 1, 1],
  anonymous: [1, 1, 1, 1],
  refused: [2, 2, 2, 26],
  unavailable: [3, 2, 2, 27],
  error: [3, 2, 2, 27],
  unenforced: [1, 1, 3, 17],
};

/**
 * Formats a decision as an event of the class API Activity of OCSF 1.8.
 *
 * @throws TypeError An option is unknown or out of range.
 * @see https://schema.ocsf.io/1.8.0/classes/api_activity
 * @example
 * subscribe(DECISION_CHANNEL, (event) => audit.write(`${JSON.stringify(formatOcsf(event as DecisionEvent))}\n`));
 */
export function formatOcsf(event: DecisionEvent, options: OcsfOptions = {}): OcsfApiActivity {
  const { time, traceId } = readOptions(options);
  const { outcome, reason, server, issuer } = event;
  const method = resolveMethod(event.method) ?? 'Unknown';
  const activity = ACTIVITIES[method] ?? OTHER_ACTIVITY;
  const [severity, status, action, disposition] = OUTCOMES[outcome];
  const app = { app_uid: event.clientId ?? 'unknown' };
  return {
    category_uid: 6,
    class_uid: 6003,
    activity_id: activity,
    activity_name: method,
    type_uid: 600_300 + activity,
    time,
    severity_id: severity,
    status_id: status,
    status_code: reason ?? outcome,
    message: formatOutcome(event),
    action_id: action,
    disposition_id: disposition,
    metadata: {
      version: '1.8.0',
      product: { name: 'Scopegate', vendor_name: 'Scopegate' },
      profiles: traceId === undefined ? ['security_control'] : ['security_control', 'trace'],
      log_name: 'scopegate:decision',
    },
    actor: issuer === undefined ? app : { ...app, idp: { name: issuer } },
    api: {
      operation: `${method} ${event.route ?? '(unknown route)'}`,
      service: { name: server },
    },
    src_endpoint: { name: 'unknown' },
    authorizations: listAuthorizations(event),
    ...(traceId === undefined ? undefined : { trace: { uid: traceId } }),
  };
}

function readOptions(options: OcsfOptions): { time: number; traceId: string | undefined } {
  assertKnownOptions('formatOcsf', options, ['time', 'traceId']);
  const { traceId } = options;
  if (traceId !== undefined && (typeof traceId !== 'string' || traceId === '')) {
    throw invalidOption('traceId', 'must be a non-empty string');
  }
  return { time: optionalNumber(options, 'time', { min: 0 }) ?? Date.now(), traceId };
}

function listAuthorizations({ outcome, guard, trial }: DecisionEvent): OcsfAuthorization[] {
  const isEnforced = outcome !== 'unenforced';
  const decision = isEnforced ? outcome : 'refused';
  const applied: OcsfAuthorization = { decision, policy: { name: guard, is_applied: isEnforced } };
  if (trial === undefined) return [applied];
  const policy = { name: `${guard}, trial`, is_applied: false };
  return [applied, { decision: trial.outcome, policy }];
}
