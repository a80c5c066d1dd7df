/**
 * Formats an explanation for people.
 *
 * @module
 */
import type { Finding, Fix, TokenExplanation } from '@scopegate/express';
import { formatPrintable } from '@scopegate/protocol/internal';
import type { Paint, Style } from '../terminal.js';
import type { ReportedCheck, ReportedExplanation } from './requirement-check.js';

const MARKS = { passed: '✓', failed: '✗', skipped: '-' } as const;
const CHECK_STYLES: Readonly<Record<ReportedCheck['outcome'], Style>> = {
  passed: 'green',
  failed: 'red',
  skipped: 'dim',
};
const VERDICT_STYLES: Readonly<Record<TokenExplanation['verdict'], Style>> = {
  accepted: 'green',
  refused: 'red',
  undecided: 'yellow',
};
const NAME_WIDTH = 18;

/** Formats an explanation, without a trailing line break. */
export function formatExplanation(explanation: ReportedExplanation, paint: Paint): string {
  const { verdict, reason, principal, checks, findings, notes } = explanation;
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  const headline = paint(VERDICT_STYLES[verdict], verdict.toUpperCase());
  return [
    reason === undefined ? headline : `${headline}: ${reason}`,
    describeKeys(explanation),
    ...(principal === undefined ? [] : [`principal: ${principal}`]),
    ...notes.map(formatPrintable),
    '',
    ...checks.filter(isShown).flatMap((check) => formatCheck(check, paint)),
    ...(findings.length > 0
      ? ['', paint('bold', 'Causes'), ...findings.flatMap(formatFinding)]
      : formatPossibleFixes(failed, paint)),
  ].join('\n');
}

function describeKeys({ key, keySet, cached, introspection }: ReportedExplanation): string {
  const cache = cached ? '; the token is cached as accepted' : '';
  // An application may use an older version of the package, which introspects no tokens.
  if (introspection !== undefined && key === undefined) {
    const { issuer, outcome, error } = introspection;
    const why = error === undefined ? '' : `\n${formatPrintable(error)}`;
    return `introspected by ${formatPrintable(issuer)}: ${outcome}${cache}${why}`;
  }
  const signer =
    key === undefined
      ? 'no key verifies the signature'
      : `verified with key ${formatPrintable(JSON.stringify(key.kid ?? null))} (${key.alg}, ${key.type})`;
  const state = keySet === undefined ? '' : `; the key set was ${keySet.state} before verification`;
  const error = keySet?.lastError === undefined ? '' : `\n${formatPrintable(keySet.lastError)}`;
  return `${signer}${state}${cache}${error}`;
}

/** The checks of what the token or the route does not have only take up space. */
function isShown({ name, outcome, found }: ReportedCheck): boolean {
  if (outcome !== 'skipped' || found.startsWith('not checked')) return true;
  const isAbsent = found === 'no proof' || found === 'not encrypted';
  return !isAbsent && !OPTIONAL_CHECKS.includes(name);
}

const OPTIONAL_CHECKS: readonly ReportedCheck['name'][] = [
  'issuer_encryption',
  'replicated_claims',
  'introspection',
  'active',
  'issuer_format',
  'session_claim',
  'authorization_details',
  'fresh_introspection',
  'revocation',
  'authentication_context',
  'authentication_time',
];

function formatCheck(check: ReportedCheck, paint: Paint): readonly string[] {
  const { name, outcome, expected, found, rfc } = check;
  const mark = paint(CHECK_STYLES[outcome], `${MARKS[outcome]} ${name.padEnd(NAME_WIDTH)}`);
  if (outcome === 'skipped') {
    const why = found.startsWith('not checked') ? found : 'skipped';
    return [`${mark} ${paint('dim', why)}`];
  }
  if (outcome === 'passed') return [`${mark} ${paint('dim', found)}`];
  const indent = ' '.repeat(NAME_WIDTH + 3);
  return [`${mark} ${found}`, `${indent}expected ${expected} (${rfc})`];
}

function formatFinding({ cause, evidence, fixes }: Finding): readonly string[] {
  return [`  ${cause}: ${evidence}`, ...fixes.map(formatFix)];
}

/** Without a known cause, the fixes of the failed checks are all that can be suggested. */
function formatPossibleFixes(failed: readonly ReportedCheck[], paint: Paint): readonly string[] {
  if (failed.length === 0) return [];
  const fixes = failed.flatMap(({ name, fixes }) => [`  ${name}`, ...fixes.map(formatFix)]);
  return ['', paint('bold', 'Possible fixes'), ...fixes];
}

function formatFix({ side, action }: Fix): string {
  return `    ${side}: ${action}`;
}
