/**
 * The explanation of a token. It contains values of claims.
 *
 * @module
 */
import type { JSX } from 'preact';
import type { Explanation } from '../wire.js';
import { formatDuration, formatNumberOf } from '../page-state/readable-values.js';
import { Badge, type Tone } from '../page-elements/badge.js';
import { Card } from '../page-elements/card.js';
import { Fact } from '../page-elements/fact.js';
import { FixList } from '../page-elements/fix-list.js';
import { TableFrame } from '../page-elements/table-frame.js';

const VERDICTS: Readonly<Record<Explanation['verdict'], Tone>> = {
  accepted: 'good',
  refused: 'bad',
  undecided: 'warning',
};

const OUTCOMES: Readonly<Record<string, Tone>> = { passed: 'good', failed: 'bad' };

/** The verdict, the causes, and every check. */
export function ExplanationPanel({ explanation }: { explanation: Explanation }): JSX.Element {
  const { verdict, reason, findings, checks } = explanation;
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  return (
    <div class="explanation">
      <p class={`verdict ${VERDICTS[verdict]}`}>
        <Badge tone={VERDICTS[verdict]}>
          {verdict}
          {reason !== undefined && `: ${reason}`}
        </Badge>
        <span>{describeChecks(failed.length, checks.length)}</span>
      </p>
      {findings.length > 0 && (
        <Card title="Causes">
          <ul class="causes">
            {findings.map(({ cause, evidence, fixes }) => (
              <li key={cause}>
                <p>
                  <code>{cause}</code> {evidence}
                </p>
                <FixList fixes={fixes} />
              </li>
            ))}
          </ul>
        </Card>
      )}
      <Checks checks={checks} />
      <About explanation={explanation} />
    </div>
  );
}

function describeChecks(failed: number, all: number): string {
  return failed === 0
    ? `${formatNumberOf(all, 'check')}, none failed`
    : `${failed} of ${formatNumberOf(all, 'check')} failed`;
}

function Checks({ checks }: Pick<Explanation, 'checks'>): JSX.Element {
  return (
    <Card title="Checks" aside={formatNumberOf(checks.length, 'check')}>
      <TableFrame label="Checks">
        <table class="checks">
          <caption class="for-readers">Checks in the order of verification</caption>
          <thead>
            <tr>
              <th scope="col">Check</th>
              <th scope="col">Outcome</th>
              <th scope="col">Expected</th>
              <th scope="col">Found</th>
              <th scope="col">Section</th>
            </tr>
          </thead>
          <tbody>
            {checks.map(({ name, outcome, expected, found, rfc, fixes }) => (
              <tr key={name} class={outcome}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td>
                  <Badge tone={OUTCOMES[outcome] ?? 'quiet'}>{outcome}</Badge>
                </td>
                <td class="value">{expected}</td>
                <td class="value">
                  {found}
                  {fixes.length > 0 && <FixList fixes={fixes} />}
                </td>
                <td class="section">{rfc}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </Card>
  );
}

function About({ explanation }: { explanation: Explanation }): JSX.Element {
  const { key, keySet, introspection, decryption, principal, cached } = explanation;
  return (
    <Card title="Token">
      <dl class="facts">
        <Fact name="acts for">{principal}</Fact>
        <Fact name="in the token cache">{cached ? 'yes' : 'no'}</Fact>
        <Fact name="verified with">
          {key &&
            `${key.alg}, ${key.type}${key.bits === undefined ? '' : ` ${key.bits} bits`}, kid ${key.kid ?? '(none)'}`}
        </Fact>
        <Fact name="keys of">
          {keySet &&
            `${keySet.issuer}: ${keySet.state}, ${formatNumberOf(keySet.keys, 'key')}` +
              (keySet.ageMs === undefined ? '' : `, ${formatDuration(keySet.ageMs)} old`)}
        </Fact>
        <Fact name="keys failed">{keySet?.lastError}</Fact>
        <Fact name="introspection">
          {introspection &&
            [introspection.issuer, introspection.outcome, introspection.error]
              .filter((part) => part !== undefined)
              .join(': ')}
        </Fact>
        <Fact name="decrypted">
          {decryption && (
            <>
              {decryption.isDecrypted ? 'yes' : 'no'}
              {decryption.keys.map(({ name, outcome }) => `, ${name}: ${outcome}`)}
            </>
          )}
        </Fact>
      </dl>
    </Card>
  );
}
