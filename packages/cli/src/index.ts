/**
 * The commands of `scopegate`, for programs.
 *
 * @module
 */
export { runScopegate } from './command-line.js';
export { type Examination, examineIssuer } from './doctor.js';
export type { Advice, Severity } from './advice.js';
export type { DoctorCode, DoctorFinding } from './doctor-finding.js';
export type { FetchOptions } from './document-fetch.js';
export type { ExitCode } from './exit-code.js';
export type { Terminal, TextSink } from './terminal.js';
