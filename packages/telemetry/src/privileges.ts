/**
 * Least privilege: which scopes clients hold and need.
 *
 * @module
 */
export type {
  ClientAdvice,
  ClientReport,
  PrivilegeReport,
  RouteReport,
  ScopeUse,
} from './report/privilege-report.js';
export { formatPrivileges, type PrivilegeFormat } from './report/format-privileges.js';
export { formatTrials, type TrialFormat } from './report/format-trials.js';
export { type PrivilegeReportOptions, reportPrivileges } from './report/report-privileges.js';
export { reportTrials, type TrialReportOptions } from './report/report-trials.js';
export type { RefusedClient, RouteTrial, TrialAdvice, TrialReport } from './report/trial-report.js';
export { mergeUsage } from './usage/merge-usage.js';
export {
  createPrivilegeRecorder,
  type PrivilegeRecorder,
  type PrivilegeRecorderOptions,
} from './usage/privilege-recorder.js';
export type {
  ClientUsage,
  DayRange,
  PrivilegeUsage,
  ProcessUsage,
  ReasonTally,
  RouteUsage,
  ScopeTally,
  TrialTally,
} from './usage/privilege-usage.js';
export {
  createUsageReader,
  type ReadLines,
  type UsageReader,
  type UsageReaderOptions,
} from './usage/usage-reader.js';
