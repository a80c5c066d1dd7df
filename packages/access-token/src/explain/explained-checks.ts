/**
 * Every check of a token, each made for itself by the function that verification makes it with.
 *
 * @module
 */
import { CHECK_REMEDIES } from './check-remedies.js';
import { type CheckScene, reasonOf } from './check-scene.js';
import { parseUnverifiedJws } from '../jws/compact-jws.js';
import { CLAIM_CHECKS } from './explained-claim-checks.js';
import { KEY_CHECKS } from './explained-key-checks.js';
import { TIME_CHECKS } from './explained-time-checks.js';
import type { ExplainedCheck } from '../explanation.js';

const CHECKS = [...KEY_CHECKS, ...TIME_CHECKS, ...CLAIM_CHECKS];

/** Makes the first check, of the token as a text. */
export function checkFormat(token: string, maxBytes: number): ExplainedCheck {
  return explain({
    name: 'format',
    rfc: 'RFC 7515 §7.1',
    expected: `a signed JWT of three base64url parts, at most ${maxBytes} octets`,
    found: `${partsOf(token)}, ${token.length} characters`,
    run: () => parseUnverifiedJws(token, maxBytes),
  });
}

/** Makes all other checks. */
export function checkToken(scene: CheckScene): readonly ExplainedCheck[] {
  return CHECKS.map(({ name, rfc, appliesTo, expected, found, run }) =>
    explain({
      name,
      rfc,
      expected: expected(scene),
      found: found(scene),
      run: appliesTo?.(scene) === false ? undefined : () => run(scene),
    }),
  );
}

/** The other checks of a token that could not be read. */
export function skipChecks(): readonly ExplainedCheck[] {
  return CHECKS.map(({ name, rfc }) =>
    explain({ name, rfc, expected: '', found: 'nothing that can be read', run: undefined }),
  );
}

type CheckText = Pick<ExplainedCheck, 'name' | 'rfc' | 'expected' | 'found'>;

/** @param run - `undefined` skips the check. */
function explain({
  run,
  ...text
}: CheckText & { readonly run: (() => unknown) | undefined }): ExplainedCheck {
  const reason = run && reasonOf(run);
  const outcome = run === undefined ? 'skipped' : reason === undefined ? 'passed' : 'failed';
  const remedies = outcome === 'failed' ? CHECK_REMEDIES[text.name] : [];
  return Object.freeze({ ...text, outcome, reason, remedies: Object.freeze(remedies) });
}

function partsOf(token: string): string {
  const { length } = token.split('.');
  return length === 1 ? '1 part' : `${length} parts`;
}
