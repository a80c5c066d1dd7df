/**
 * Runs scenes one after another and compares what they show with what they must show.
 *
 * @module
 */
import assert from 'node:assert/strict';
import type { Scene } from './scene.js';
import type { StoryServers } from './servers.js';

/** The result of a scene. */
export interface SceneResult {
  readonly scene: Scene;
  /** The requests that arrived at the servers. */
  readonly traffic: readonly string[];
  /** Absent if the scene threw an error. */
  readonly outcome?: string;
  /** Why the scene failed; `undefined` if it passed. */
  readonly failure: string | undefined;
}

/** Runs scenes in order. A scene that fails does not stop the others. */
export async function runScenes(
  scenes: readonly Scene[],
  servers: StoryServers,
): Promise<readonly SceneResult[]> {
  const results: SceneResult[] = [];
  for (const scene of scenes) results.push(await runScene(scene, servers));
  return results;
}

async function runScene(scene: Scene, servers: StoryServers): Promise<SceneResult> {
  // The ports differ from run to run.
  const normalize = (text: string): string =>
    text
      .replaceAll(new URL(servers.url).origin, '<notes>')
      .replaceAll(servers.issuer.url, '<issuer>');
  const takeTraffic = (): readonly string[] => servers.traffic.take().map(normalize);
  try {
    const outcome = normalize(await scene.run(servers));
    const traffic = takeTraffic();
    return { scene, traffic, outcome, failure: findFailure({ traffic, outcome }, scene) };
  } catch (error) {
    return { scene, traffic: takeTraffic(), failure: String(error) };
  }
}

function findFailure(
  actual: Pick<Scene, 'traffic' | 'outcome'>,
  { traffic, outcome }: Scene,
): string | undefined {
  try {
    assert.deepEqual(actual, { traffic, outcome });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
