// The public API of @scopegate/telemetry. Run "npm run api" to write this file again.

import type { MeterProvider } from '@opentelemetry/api';
import type { KeySetHealth, Principal } from '@scopegate/access-token';
import type { DecisionEvent, GuardPolicy } from '@scopegate/resource-server';

// @scopegate/telemetry

export declare const FAULT_CHANNEL = 'scopegate:fault';

export interface FaultEvent {
  readonly subscriber: string;
  readonly channel: string;
  readonly error: string;
}

export interface ObservedHealth {
  readonly issuers: readonly Pick<KeySetHealth, 'issuer' | 'state' | 'keys' | 'ageMs'>[];
  readonly tokenCache?:
    | {
        readonly entries: number;
        readonly maxEntries: number;
      }
    | undefined;
  readonly reportOnly?:
    | readonly {
        readonly until: string;
      }[]
    | undefined;
}

export interface ObservedServer {
  health(): ObservedHealth;
}

export interface Telemetry {
  readonly isConnected: boolean;
  close(): void;
}

export interface TelemetryOptions {
  readonly servers?: Readonly<Record<string, ObservedServer>> | undefined;
  readonly meterProvider?: MeterProvider | undefined;
  readonly span?: 'attributes' | 'off' | undefined;
  readonly maxRoutes?: number | undefined;
  readonly clock?: (() => number) | undefined;
}

export declare function createTelemetry(options?: TelemetryOptions): Telemetry;

// @scopegate/telemetry/logs

export type DecisionRecord = {
  readonly event: 'scopegate.decision';
} & Partial<DecisionEvent> &
  Pick<DecisionEvent, 'outcome' | 'server' | 'guard'>;

export interface EventLog {
  close(): void;
}

export interface EventLogOptions {
  readonly allowed?: boolean | undefined;
  readonly perMinute?: number | undefined;
  readonly clock?: (() => number) | undefined;
}

export interface EventLogger {
  info(members: object, message: string): unknown;
  warn(members: object, message: string): unknown;
  error(members: object, message: string): unknown;
}

export interface OcsfApiActivity {
  readonly category_uid: 6;
  readonly class_uid: 6003;
  readonly activity_id: number;
  readonly activity_name: string;
  readonly type_uid: number;
  readonly time: number;
  readonly severity_id: number;
  readonly status_id: number;
  readonly status_code: string;
  readonly message: string;
  readonly action_id: number;
  readonly disposition_id: number;
  readonly metadata: {
    readonly version: '1.8.0';
    readonly product: {
      readonly name: 'Scopegate';
      readonly vendor_name: 'Scopegate';
    };
    readonly profiles: readonly string[];
    readonly log_name: 'scopegate:decision';
  };
  readonly actor: {
    readonly app_uid: string;
    readonly idp?: {
      readonly name: string;
    };
  };
  readonly api: {
    readonly operation: string;
    readonly service: {
      readonly name: string;
    };
  };
  readonly src_endpoint: {
    readonly name: 'unknown';
  };
  readonly authorizations: readonly OcsfAuthorization[];
  readonly trace?: {
    readonly uid: string;
  };
}

export interface OcsfAuthorization {
  readonly decision: string;
  readonly policy: {
    readonly name: string;
    readonly is_applied: boolean;
  };
}

export interface OcsfOptions {
  readonly time?: number | undefined;
  readonly traceId?: string | undefined;
}

export declare function formatDecision(event: DecisionEvent): DecisionRecord;

export declare function formatOcsf(event: DecisionEvent, options?: OcsfOptions): OcsfApiActivity;

export declare function logEvents(logger: EventLogger, options?: EventLogOptions): EventLog;

// @scopegate/telemetry/privileges

export type ClientAdvice = 'cut' | 'watch' | 'fits';

export interface ClientReport {
  readonly server: string;
  readonly issuer: string;
  readonly clientId: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly principals: Readonly<Record<Principal, number>>;
  readonly scopes: readonly ScopeUse[];
  readonly others: number;
  readonly advice: ClientAdvice;
  readonly cut: readonly string[];
  readonly because: string;
}

export interface ClientUsage {
  readonly server: string;
  readonly issuer?: string | undefined;
  readonly clientId?: string | undefined;
  readonly isIdentified: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  readonly requests: number;
  readonly passed: number;
  readonly principals: Readonly<Record<Principal, number>>;
  readonly days: readonly DayRange[];
  readonly held: readonly string[];
  readonly others: number;
  readonly dropped: number;
  readonly routes: readonly RouteUsage[];
}

export type DayRange = readonly [first: number, last: number];

export type PrivilegeFormat = 'table' | 'json' | 'markdown' | 'csv';

export interface PrivilegeRecorder {
  snapshot(): PrivilegeUsage;
  close(): void;
}

export interface PrivilegeRecorderOptions {
  readonly maxClients?: number | undefined;
  readonly maxRoutesPerClient?: number | undefined;
  readonly clock?: (() => number) | undefined;
}

export interface PrivilegeReport {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly processes: number;
  readonly restarts: number;
  readonly clients: readonly ClientReport[];
  readonly routes: readonly RouteReport[];
  readonly dropped: number;
}

export interface PrivilegeReportOptions {
  readonly minDays?: number | undefined;
  readonly minRequests?: number | undefined;
}

export interface PrivilegeUsage {
  readonly scopegate: typeof USAGE_FORMAT;
  readonly processes: readonly ProcessUsage[];
}

export interface ProcessUsage {
  readonly boot: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly decisions: number;
  readonly dropped: number;
  readonly isPartial?: boolean | undefined;
  readonly policies: readonly GuardPolicy[];
  readonly clients: readonly ClientUsage[];
}

export interface ReadLines {
  readonly snapshots: number;
  readonly decisions: number;
  readonly undated: number;
  readonly withheld: number;
  readonly unknown: number;
}

export interface ReasonTally {
  readonly reason: string;
  readonly requests: number;
}

export interface RefusedClient {
  readonly issuer: string | undefined;
  readonly clientId: string | undefined;
  readonly refused: readonly ReasonTally[];
}

export interface RouteReport {
  readonly server: string;
  readonly method: string;
  readonly route: string;
  readonly policies: readonly GuardPolicy[];
  readonly atMost: {
    readonly refusesNobodyToday: readonly string[] | undefined;
    readonly afterTheCuts: readonly string[];
    readonly routeAlone: readonly string[];
  };
  readonly wouldRefuse: readonly {
    readonly issuer: string;
    readonly clientId: string | undefined;
    readonly scopes: readonly string[];
    readonly others: number;
  }[];
}

export interface RouteTrial {
  readonly server: string;
  readonly method: string | undefined;
  readonly route: string | undefined;
  readonly kind: 'trial' | 'report_only';
  readonly policies: readonly GuardPolicy[];
  readonly from: string;
  readonly to: string;
  readonly allowed: number;
  readonly refused: number;
  readonly errors: number;
  readonly clients: readonly RefusedClient[];
  readonly advice: TrialAdvice;
  readonly because: string;
}

export interface RouteUsage {
  readonly method?: string | undefined;
  readonly route?: string | undefined;
  readonly policies: readonly number[];
  readonly passed: number;
  readonly refused: number;
  readonly held: readonly string[];
  readonly others: number;
  readonly needed: readonly ScopeTally[];
  readonly missing: readonly ScopeTally[];
  readonly trial?: TrialTally | undefined;
  readonly reportOnly?: TrialTally | undefined;
}

export interface ScopeTally {
  readonly scope: string;
  readonly requests: number;
  readonly lastMs: number;
}

export interface ScopeUse {
  readonly name: string;
  readonly state: 'used' | 'unused' | 'alternative' | 'missing';
  readonly requests: number;
  readonly lastUsed: string | undefined;
  readonly routes: readonly string[];
}

export type TrialAdvice = 'ready' | 'refuses' | 'watch';

export type TrialFormat = 'table' | 'json' | 'markdown';

export interface TrialReport {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly processes: number;
  readonly trials: readonly RouteTrial[];
  readonly dropped: number;
}

export interface TrialReportOptions {
  readonly minDays?: number | undefined;
}

export interface TrialTally {
  readonly allowed: number;
  readonly refused: readonly ReasonTally[];
  readonly errors: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface UsageReader {
  readLine(line: string): void;
  usage(): PrivilegeUsage;
  lines(): ReadLines;
}

export type UsageReaderOptions = Pick<
  PrivilegeRecorderOptions,
  'maxClients' | 'maxRoutesPerClient'
>;

export declare function createPrivilegeRecorder(
  options?: PrivilegeRecorderOptions,
): PrivilegeRecorder;

export declare function createUsageReader(options?: UsageReaderOptions): UsageReader;

export declare function formatPrivileges(report: PrivilegeReport, format?: PrivilegeFormat): string;

export declare function formatTrials(report: TrialReport, format?: TrialFormat): string;

export declare function mergeUsage(...snapshots: readonly PrivilegeUsage[]): PrivilegeUsage;

export declare function reportPrivileges(
  usage: PrivilegeUsage,
  options?: PrivilegeReportOptions,
): PrivilegeReport;

export declare function reportTrials(
  usage: PrivilegeUsage,
  options?: TrialReportOptions,
): TrialReport;

// Not exported: the declarations above mention these.

declare const USAGE_FORMAT = 'usage/1';
