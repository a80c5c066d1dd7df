/**
 * What came back for one request, to the octet.
 *
 * @module
 */

/** One answer, and whether the application's handler had a part in it. */
export interface Answer {
  readonly status: number;
  /** Names in lower case, values as sent, in their order; repeated fields stay apart. */
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
 * The one value of a field.
 *
 * @throws Error When it has several.
 */
export function field(answer: Answer, name: string): string | undefined {
  const lines = fieldLines(answer, name);
  if (lines.length > 1) throw new Error(`the field ${name} has ${lines.length} lines`);
  return lines[0];
}
