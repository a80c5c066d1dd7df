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
  /** Absent where the request failed. */
  readonly answer?: Answer;
  /** Why the scene failed; `undefined` where it passed. */
  readonly failure: string | undefined;
}

/** Runs scenes in order. A scene that fails does not stop the others. */
export async function runScenes(
  scenes: readonly Scene[],
  demo: Demo,
): Promise<readonly SceneResult[]> {
  const decisions = openDecisionLog();
  const results: SceneResult[] = [];
  try {
    for (const scene of scenes) results.push(await runScene(scene, demo, decisions));
  } finally {
    decisions.close();
  }
  return results;
}

async function runScene(scene: Scene, demo: Demo, decisions: DecisionLog): Promise<SceneResult> {
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
    return { scene, answer, failure: findFailure(normalizeAnswer(answer, demo.resource), scene) };
  } catch (error) {
    return { scene, failure: `no response: ${String(error)}` };
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
