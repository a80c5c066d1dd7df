/**
 * What a decision is counted by.
 *
 * @module
 */

/** The labels of a series. */
export interface DecisionLabels {
  readonly server: string;
  readonly outcome: string | undefined;
  readonly reason: string | undefined;
  readonly method: string | undefined;
  readonly route: string | undefined;
}

type Branch<Value> = Map<string | undefined, Value>;

/**
 * Finds values by labels. Five look-ups of strings that are hashed already cost a fifth of one look-up of a
 * string that is composed for it (0.1 µs against 0.6 µs).
 */
export class LabelTree<Value> {
  readonly #routes: Branch<Branch<Branch<Branch<Branch<Value>>>>> = new Map();

  find({ server, outcome, reason, method, route }: DecisionLabels): Value | undefined {
    return this.#routes.get(route)?.get(method)?.get(server)?.get(outcome)?.get(reason);
  }

  set({ server, outcome, reason, method, route }: DecisionLabels, value: Value): void {
    const methods = grow(this.#routes, route);
    const outcomes = grow(grow(methods, method), server);
    grow(outcomes, outcome).set(reason, value);
  }
}

/** Finds a branch, or adds it. */
function grow<Value>(branch: Branch<Branch<Value>>, name: string | undefined): Branch<Value> {
  const found = branch.get(name);
  if (found !== undefined) return found;
  const created: Branch<Value> = new Map();
  branch.set(name, created);
  return created;
}
