/**
 * What policies on trial have decided since the process started.
 *
 * @module
 */
import type { DecisionEvent, GuardPolicy } from '@scopegate/resource-server';
import type { TrialSummary } from '../wire.js';
import { describePolicies } from './policy-words.js';
import type { Sparse } from './sparse.js';
import type { LabelOf } from './wire-decision.js';

interface Trial {
  readonly server: string;
  readonly method: string | undefined;
  readonly route: string | undefined;
  readonly policies: readonly GuardPolicy[];
  readonly clients: Set<string>;
  judged: number;
  wouldRefuse: number;
}

const MOST_TRIALS = 500;
const MOST_CLIENTS = 10;

/** Adds up the verdicts of trials, by route. */
export class TrialTotals {
  readonly #trials = new Map<string, Trial>();

  /** Adds the verdict of a trial. A trial that failed has decided nothing. */
  add(event: DecisionEvent): void {
    const { trial: verdict, clientId } = event;
    if (verdict === undefined || verdict.outcome === 'error') return;
    const trial = this.#trialOf(event);
    if (trial === undefined) return;
    trial.judged += 1;
    if (verdict.outcome !== 'refused') return;
    trial.wouldRefuse += 1;
    if (clientId !== undefined && trial.clients.size < MOST_CLIENTS) trial.clients.add(clientId);
  }

  /** Lists the trials; those that would refuse most first. */
  list(labelOf: LabelOf): readonly Sparse<TrialSummary>[] {
    return [...this.#trials.values()]
      .sort((one, other) => other.wouldRefuse - one.wouldRefuse || other.judged - one.judged)
      .map(({ server, policies, clients, ...trial }) => ({
        ...trial,
        server: labelOf(server),
        requires: describePolicies(policies) ?? 'the trial of the resource server',
        clients: [...clients],
      }));
  }

  #trialOf({ server, method, route, policy, earlier }: DecisionEvent): Trial | undefined {
    const key = `${server}\n${method ?? ''}\n${route ?? ''}`;
    const known = this.#trials.get(key);
    if (known !== undefined || this.#trials.size === MOST_TRIALS) return known;
    const policies = [...earlier, policy].flatMap((each) => each?.trial ?? []);
    const trial = { server, method, route, policies, clients: new Set<string>() };
    const created: Trial = { ...trial, judged: 0, wouldRefuse: 0 };
    this.#trials.set(key, created);
    return created;
  }
}
