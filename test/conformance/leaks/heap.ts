/**
 * A look into the memory of this process, as a debugger has it.
 *
 * @module
 */
import { type Runtime, Session } from 'node:inspector';
import { promisify } from 'node:util';

/** Runs in the debugger's view of the heap: it can use nothing from here. */
const KEYS_OF_MAPS = `function () {
  // Prototypes of subclasses inherit from Map as well, and are none.
  const maps = this.filter((map) => Object.prototype.toString.call(map) === '[object Map]'
    && !Object.hasOwn(map, 'constructor'));
  return maps.flatMap((map) => [...map.keys()].filter((key) => typeof key === 'string'));
}`;

/** Every string that is a key of a `Map` anywhere in this process, private members included. */
export async function keysOfAllMaps(): Promise<readonly string[]> {
  const session = new Session();
  session.connect();
  try {
    const post = promisify(session.post.bind(session)) as (
      method: string,
      parameters: object,
    ) => Promise<unknown>;
    const { result } = (await post('Runtime.evaluate', {
      expression: 'Map.prototype',
    })) as Runtime.EvaluateReturnType;
    const { objects } = (await post('Runtime.queryObjects', {
      prototypeObjectId: result.objectId,
    })) as Runtime.QueryObjectsReturnType;
    const { result: keys } = (await post('Runtime.callFunctionOn', {
      objectId: objects.objectId,
      functionDeclaration: KEYS_OF_MAPS,
      returnByValue: true,
    })) as Runtime.CallFunctionOnReturnType;
    if (Array.isArray(keys.value)) return keys.value as readonly string[];
    throw new Error(`no keys, but ${String(keys.description)}`);
  } finally {
    session.disconnect();
  }
}
