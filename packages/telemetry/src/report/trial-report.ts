/**
 * Whether policies on trial can be enforced: whom they would refuse, and for how long they were observed.
 *
 * @module
 */
import type { GuardPolicy } from '@scopegate/resource-server';
import type { ReasonTally } from '../usage/privilege-usage.js';

/** Whether a trial can be enforced. `watch`: it was not observed long enough. */
export type TrialAdvice = 'ready' | 'refuses' | 'watch';

/** A client that a trial would refuse. */
export interface RefusedClient {
  /** The issuer, as configured; `undefined` when no token was verified. */
  readonly issuer: string | undefined;
  /** The client; `undefined` where `identifyClients` is not set, and when no token was verified. */
  readonly clientId: string | undefined;
  /** Number of requests that would have been refused, by reason. */
  readonly refused: readonly ReasonTally[];
}

/** A trial on one route. */
export interface RouteTrial {
  /** The name of the resource server. */
  readonly server: string;
  /** The request method; `undefined` when it is unknown. */
  readonly method: string | undefined;
  /** The declared path; `undefined` when it is unknown. */
  readonly route: string | undefined;
  /** `trial`: a stricter policy on trial. `report_only`: a guard that only reports. */
  readonly kind: 'trial' | 'report_only';
  /**
   * The policies that would be enforced. Empty for a trial of tokens alone, which is an option of the resource
   * server.
   */
  readonly policies: readonly GuardPolicy[];
  /** The first verdict, in ISO 8601. */
  readonly from: string;
  /** The last verdict, in ISO 8601. */
  readonly to: string;
  /** Number of requests that would have been allowed. */
  readonly allowed: number;
  /** Number of requests that would have been refused. */
  readonly refused: number;
  /** Number of times the trial itself failed, which does not count as a refusal. */
  readonly errors: number;
  /** The clients that would have been refused, those with the most requests first. */
  readonly clients: readonly RefusedClient[];
  /** What is advised; `because` says why. */
  readonly advice: TrialAdvice;
  /** Why, in one sentence. */
  readonly because: string;
}

/** The report on trials. */
export interface TrialReport {
  /** The first time at which a process was observed, in ISO 8601; `undefined` without one. */
  readonly from: string | undefined;
  /** The last time, likewise. */
  readonly to: string | undefined;
  /** Number of processes whose observations were merged. */
  readonly processes: number;
  /** The trials, sorted by server, path, method and kind. */
  readonly trials: readonly RouteTrial[];
  /** Number of observations that did not fit the bounds of the recorder. */
  readonly dropped: number;
}
