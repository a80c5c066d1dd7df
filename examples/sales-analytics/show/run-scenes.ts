/**
 * Runs scenes one after another and compares every response with the expected one.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { type Answer, normalizeAnswer } from './answer.js';
import { type DecisionLog, openDecisionLog } from './decision-log.js';
import type { Demo } from './demo.js';
import type { Scene } from './scene.js';

/** The result of a scene. */
export interface SceneResult {
  readonly scene: Scene;
  /** The number of the scene, from 1. */
  readonly number: number;
  /** Absent where the request failed or was not sent. */
  readonly answer?: Answer;
  /** Why the scene failed; `undefined` where it passed. */
  readonly failure: string | undefined;
  /** Whether the scene was not run. */
  readonly isLeftOut?: boolean;
}

/** How to run scenes. */
export interface RunOptions {
  /** Whether to leave out the scenes that wait. @defaultValue false */
  readonly isQuick?: boolean;
  /** Called before a scene is run. */
  readonly onStart?: (scene: Scene, number: number) => void;
  /** Called after each scene, before the next one is run. */
  readonly onResult?: (result: SceneResult) => void;
}

/** Runs scenes in order. A scene that fails does not stop the others. */
export async function runScenes(
  scenes: readonly Scene[],
  demo: Demo,
  { isQuick = false, onStart, onResult }: RunOptions = {},
): Promise<readonly SceneResult[]> {
  const decisions = openDecisionLog();
  const results: SceneResult[] = [];
  try {
    for (const [index, scene] of scenes.entries()) {
      const number = index + 1;
      const isLeftOut = isQuick && scene.seconds !== undefined;
      if (!isLeftOut) onStart?.(scene, number);
      const result: SceneResult = isLeftOut
        ? { scene, number, failure: undefined, isLeftOut }
        : { scene, number, ...(await runScene(scene, demo, decisions)) };
      results.push(result);
      onResult?.(result);
    }
  } finally {
    decisions.close();
  }
  return results;
}

type Outcome = Pick<SceneResult, 'answer' | 'failure'>;

async function runScene(scene: Scene, demo: Demo, decisions: DecisionLog): Promise<Outcome> {
  decisions.take();
  const timesReadBefore = demo.sales.timesRead;
  try {
    const response = await scene.run(demo);
    const reasons = decisions.take();
    const answer: Answer = {
      status: response.status,
      challenge: response.headers.get('www-authenticate') ?? undefined,
      retryAfter: response.headers.get('retry-after') ?? undefined,
      cacheControl: response.headers.get('cache-control') ?? undefined,
      problem: await readProblem(response),
      reasons: scene.isRepeated === true ? [...new Set(reasons)] : reasons,
      handlerRan: demo.sales.timesRead > timesReadBefore,
    };
    return { answer, failure: findFailure(normalizeAnswer(answer, demo.resource), scene) };
  } catch (error) {
    return { failure: `no response: ${String(error)}` };
  }
}

function findFailure(answer: Answer, { expected }: Scene): string | undefined {
  try {
    assert.deepEqual(answer, expected);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Reads the body of a problem document; `undefined` for any other body. RFC 9457 §3. */
async function readProblem(response: Response): Promise<unknown> {
  const mediaType = response.headers.get('content-type')?.split(';')[0];
  const body = await response.text();
  return mediaType === 'application/problem+json' ? JSON.parse(body) : undefined;
}
