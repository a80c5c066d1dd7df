/**
 * Everything that is known about one decision, and what to do about it.
 *
 * @module
 */
import type { JSX } from 'preact';
import type { WireDecision, WireScopes } from '../wire.js';
import { formatAddress } from '../page-state/address.js';
import { formatMicroseconds, formatNumberOf } from '../page-state/readable-values.js';
import { Fact } from '../page-elements/fact.js';
import { FixList } from '../page-elements/fix-list.js';
import { Names } from '../page-elements/names.js';
import { useSession } from '../page-elements/session.js';

/** Everything that is known about one decision. */
export function DecisionDetails({ decision }: { decision: WireDecision }): JSX.Element {
  const { reasons } = useSession();
  const { outcome, reason, server } = decision;
  const text = reason === undefined ? undefined : reasons.get(reason);
  const answer = text === undefined ? '' : `, ${text.status} ${text.error ?? ''}`.trimEnd();
  return (
    <div class="decision-details">
      <p class="headline">
        <strong>
          {outcome}
          {outcome === 'allowed' ? '' : answer}
        </strong>
        {text !== undefined && <span>{text.description}</span>}
        {text !== undefined && text.sections.length > 0 && (
          <span class="sections">{text.sections.join(', ')}</span>
        )}
      </p>
      <div class="columns">
        <Facts decision={decision} />
        {text !== undefined && text.fixes.length > 0 && (
          <div class="to-fix">
            <h2>To fix</h2>
            <FixList fixes={text.fixes} />
            <a class="button" href={formatAddress('explain', { server })}>
              Explain a token like it
            </a>
          </div>
        )}
      </div>
    </div>
  );
}

function Facts({ decision }: { decision: WireDecision }): JSX.Element {
  const { guard, requires, server, trial } = decision;
  return (
    <dl class="facts">
      <Fact name="server">{server}</Fact>
      <Fact name="guard">
        <code>{guard}</code>
      </Fact>
      <Fact name="requires">{requires}</Fact>
      <Fact name="claim">{joinKnown([decision.claim, decision.problem])}</Fact>
      <Fact name="issuer">{decision.issuer}</Fact>
      <Fact name="issuer, as the token says">{decision.claimedIssuer}</Fact>
      <Fact name="client">{decision.clientId}</Fact>
      <Fact name="acts for">{decision.principal}</Fact>
      <Fact name="scopes held">{decision.held && <Scopes scopes={decision.held} />}</Fact>
      <Fact name="more than required">
        {decision.excess && <Scopes scopes={decision.excess} />}
      </Fact>
      <Fact name="scheme">{decision.scheme}</Fact>
      <Fact name="bound by">{decision.binding}</Fact>
      <Fact name="certificate">{decision.certificate}</Fact>
      <Fact name="trial">{trial && joinKnown([describeTrial(trial.outcome), trial.reason])}</Fact>
      <Fact name="took">{formatMicroseconds(decision.microseconds)}</Fact>
    </dl>
  );
}

function Scopes({ scopes: { declared, others } }: { scopes: WireScopes }): JSX.Element {
  return (
    <>
      {(declared.length > 0 || others === 0) && <Names names={declared} />}
      {others > 0 && (
        <span class="others">
          {declared.length > 0 ? ' and ' : ''}
          {formatNumberOf(others, 'other')}, not declared by this API
        </span>
      )}
    </>
  );
}

function describeTrial(outcome: string): string {
  if (outcome === 'refused') return 'would refuse';
  return outcome === 'allowed' ? 'would allow' : 'failed, which says nothing about the request';
}

function joinKnown(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(': ');
}
