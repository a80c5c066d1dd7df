/**
 * An explanation for people.
 *
 * @module
 */
import type { ExplainedCheck, Finding, Fix, TokenExplanation } from '@scopegate/express';
import { type Paint, printable, type Style } from '../terminal.js';

const MARKS = { passed: '✓', failed: '✗', skipped: '-' } as const;
const STYLES: Readonly<Record<ExplainedCheck['outcome'], Style>> = {
  passed: 'green',
  failed: 'red',
  skipped: 'dim',
};
const NAME_WIDTH = 18;

/** Writes an explanation, without a line break at its end. */
export function formatExplanation(explanation: TokenExplanation, paint: Paint): string {
  const { verdict, reason, checks, findings } = explanation;
  const style = verdict === 'accepted' ? 'green' : verdict === 'refused' ? 'red' : 'yellow';
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  return [
    `${paint(style, verdict.toUpperCase())}${reason === undefined ? '' : `: ${reason}`}`,
    describeKeys(explanation),
    '',
    ...checks.flatMap((check) => formatCheck(check, paint)),
    ...(findings.length > 0
      ? ['', paint('bold', 'Causes'), ...findings.flatMap(formatFinding)]
      : formatChanges(failed, paint)),
  ].join('\n');
}

function describeKeys({ key, keySet, cached }: TokenExplanation): string {
  const signer =
    key === undefined
      ? 'no key verifies it'
      : `verified by key ${printable(JSON.stringify(key.kid ?? null))} (${key.alg}, ${key.type})`;
  const keys = keySet === undefined ? '' : `; keys of the issuer before: ${keySet.state}`;
  const why = keySet?.lastError === undefined ? '' : `\n${printable(keySet.lastError)}`;
  return `${signer}${keys}${cached ? '; remembered as accepted' : ''}${why}`;
}

function formatCheck(check: ExplainedCheck, paint: Paint): readonly string[] {
  const { name, outcome, expected, found, rfc } = check;
  const mark = paint(STYLES[outcome], `${MARKS[outcome]} ${name.padEnd(NAME_WIDTH)}`);
  if (outcome === 'skipped') return [`${mark} ${paint('dim', 'skipped')}`];
  if (outcome === 'passed') return [`${mark} ${paint('dim', found)}`];
  const indent = ' '.repeat(NAME_WIDTH + 3);
  return [`${mark} ${found}`, `${indent}expected ${expected} (${rfc})`];
}

function formatFinding({ cause, evidence, fixes }: Finding): readonly string[] {
  return [`  ${cause}: ${evidence}`, ...fixes.map(formatFix)];
}

function formatChanges(failed: readonly ExplainedCheck[], paint: Paint): readonly string[] {
  if (failed.length === 0) return [];
  const changes = failed.flatMap(({ name, fixes }) => [`  ${name}`, ...fixes.map(formatFix)]);
  return ['', paint('bold', 'What to change, one of:'), ...changes];
}

function formatFix({ side, action }: Fix): string {
  return `    ${side}: ${action}`;
}
