/**
 * Runs scenes one after another and compares what happened with what must happen.
 *
 * @module
 */
import assert from 'node:assert/strict';
import type { Fleet } from './fleet.js';
import type { Happened, Scene } from './scene.js';

/** The result of a scene. */
export interface SceneResult {
  readonly scene: Scene;
  /** Absent if the scene threw an error. */
  readonly happened?: Happened;
  /** Why the scene failed; `undefined` if it passed. */
  readonly failure: string | undefined;
}

/** Runs scenes in order. A scene that fails does not stop the others. */
export async function runScenes(
  scenes: readonly Scene[],
  fleet: Fleet,
): Promise<readonly SceneResult[]> {
  const results: SceneResult[] = [];
  for (const scene of scenes) results.push(await runScene(scene, fleet));
  return results;
}

async function runScene(scene: Scene, fleet: Fleet): Promise<SceneResult> {
  try {
    const happened = await scene.run(fleet);
    return { scene, happened, failure: findFailure(happened, scene) };
  } catch (error) {
    return { scene, failure: String(error) };
  }
}

function findFailure({ lines }: Happened, { expected }: Scene): string | undefined {
  try {
    assert.deepEqual(lines, expected);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
