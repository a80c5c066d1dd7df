/**
 * Plays scenes one after another and compares every answer with its promise.
 *
 * @module
 */
import { type DecisionLog, openDecisionLog } from './decision-log.js';
import { type Answer, findBrokenPromises } from './promised.js';
import type { Scene } from './scene.js';
import type { Stage } from './demo.js';

/** How a scene came out. */
export interface PlayedScene {
  readonly scene: Scene;
  /** Absent when no answer was had. */
  readonly answer?: Answer;
  /** One line per difference from the promise; none when everything came out as promised. */
  readonly broken: readonly string[];
}

/** Plays scenes in their order; one that fails does not keep the others from being played. */
export async function playScenes(
  scenes: readonly Scene[],
  stage: Stage,
): Promise<readonly PlayedScene[]> {
  const decisions = openDecisionLog();
  const played: PlayedScene[] = [];
  try {
    for (const scene of scenes) played.push(await playScene(scene, stage, decisions));
  } finally {
    decisions.close();
  }
  return played;
}

async function playScene(scene: Scene, stage: Stage, decisions: DecisionLog): Promise<PlayedScene> {
  decisions.take();
  const timesReadBefore = stage.sales.timesRead;
  try {
    const response = await scene.play(stage);
    const answer: Answer = {
      status: response.status,
      challenge: response.headers.get('www-authenticate') ?? undefined,
      retryAfter: response.headers.get('retry-after') ?? undefined,
      cacheControl: response.headers.get('cache-control') ?? undefined,
      problem: await readProblem(response),
      reasons: decisions.take(),
      handlerRan: stage.sales.timesRead > timesReadBefore,
    };
    return { scene, answer, broken: findBrokenPromises(scene.promised, answer, stage.resource) };
  } catch (error) {
    return { scene, broken: [`no answer: ${String(error)}`] };
  }
}

/** The body of a problem document, and nothing of any other. RFC 9457 §3. */
async function readProblem(response: Response): Promise<unknown> {
  const mediaType = response.headers.get('content-type')?.split(';')[0];
  const body = await response.text();
  return mediaType === 'application/problem+json' ? JSON.parse(body) : undefined;
}
