/**
 * The response to one request, octet by octet.
 *
 * @module
 */

/** One response, and whether the application's handler ran. */
export interface Answer {
  readonly status: number;
  /** Names in lower case, values as sent, in the order sent; repeated fields stay separate. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** The route's handler ran for a request of this connection. */
  readonly handlerRan: boolean;
}

/** Every value of a field. */
export function fieldLines(answer: Answer, name: string): readonly string[] {
  return answer.headers.filter(([field]) => field === name).map(([, value]) => value);
}

/**
 * The only value of a field.
 *
 * @throws Error The field has several values.
 */
export function field(answer: Answer, name: string): string | undefined {
  const lines = fieldLines(answer, name);
  if (lines.length > 1) throw new Error(`the field ${name} has ${lines.length} lines`);
  return lines[0];
}
