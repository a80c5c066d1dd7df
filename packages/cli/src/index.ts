/**
 * Runs the commands of `scopegate` from programs.
 *
 * @module
 */
export { runScopegate } from './command-line.js';
export { checkIssuer, type CheckIssuerOptions, type IssuerReport } from './doctor/check-issuer.js';
export type { Advice, Severity } from './advice/advice.js';
export type { DoctorCode, DoctorFinding } from './advice/doctor-finding.js';
export type { FetchOptions } from './doctor/document-recorder.js';
export type { ExitCode } from './exit-code.js';
export type { Terminal, TextSink, TextSource } from './terminal.js';
