/**
 * Finds the declared path of the route of a request, for events.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { GuardPolicy } from '@scopegate/resource-server';
import { nodeRequestAdapter, readHandler } from '@scopegate/resource-server/internal';
import { hasMembers, type Handler } from './router/handler.js';
import { isApplication } from './router/mounted-application.js';
import { formatPlaces, listPlaces, type Place, type Places } from './router/route-names.js';

/** How long an application is not read again, in milliseconds. */
const MIN_INTERVAL_MS = 1000;

/** How deeply applications may be mounted on each other. */
const MAX_DEPTH = 32;

/** A request of Express. */
type RoutedRequest = IncomingMessage & {
  readonly app?: unknown;
  readonly route?: unknown;
  readonly baseUrl?: unknown;
};

/** An application whose routes have been read. */
interface ReadApplication {
  readonly places: Places;
  readonly readAt: number;
  /** What the application does not contain, such as a guard that a function of the application calls. */
  readonly unknown: WeakSet<object>;
}

/** Finds declared paths. Reads an application when the first request is observed. */
export class RouteFinder {
  readonly #applications = new WeakMap<object, ReadApplication>();

  /**
   * Finds the whole declared path of the route.
   *
   * @param guard - The policy of the guard that decided: finds the path that the guard is mounted on, if it is in
   *   front of a router.
   * @returns `undefined` when it is not known.
   */
  find(req: RoutedRequest, guard?: GuardPolicy): string | undefined {
    const application = findRoot(req.app);
    if (application === undefined) return nodeRequestAdapter.route(req);
    const baseUrl = typeof req.baseUrl === 'string' ? req.baseUrl : '';
    const route = hasMembers(req.route) ? req.route : undefined;
    const ofGuard = guard && this.#placesOf(guard, application);
    if (ofGuard !== undefined) {
      const places = ofGuard.filter((place) => place.route !== undefined && place.route === route);
      const found = places.length > 0 ? places : ofGuard.filter((place) => !place.route);
      if (found.length > 0) return formatPlaces(found, baseUrl);
    }
    const ofRoute = route && this.#placesOf(route, application);
    return ofRoute && formatPlaces(ofRoute, baseUrl);
  }

  #placesOf(key: object, application: object): readonly Place[] | undefined {
    const read = this.#applications.get(application) ?? this.#read(application);
    const places = read.places.get(key);
    if (places !== undefined || read.unknown.has(key)) return places;
    // A router may have been added since then.
    const isRecent = performance.now() - read.readAt < MIN_INTERVAL_MS;
    const { places: current, unknown } = isRecent ? read : this.#read(application);
    const found = current.get(key);
    if (found === undefined && !isRecent) unknown.add(key);
    return found;
  }

  #read(application: object): ReadApplication {
    const read = {
      places: readPlaces(application),
      readAt: performance.now(),
      unknown: new WeakSet<object>(),
    };
    this.#applications.set(application, read);
    return read;
  }
}

/** Does not throw, because a request must not fail when it is observed. */
function readPlaces(application: object): Places {
  try {
    return listPlaces(application, findPolicy);
  } catch {
    return new Map();
  }
}

function findPolicy(handle: Handler): GuardPolicy | undefined {
  const seen = readHandler(handle);
  return seen.kind === 'guard' ? seen.policy : undefined;
}

/** Finds the outermost application. */
function findRoot(app: unknown): object | undefined {
  let root = app;
  for (let depth = 0; depth < MAX_DEPTH && hasMembers(root); depth += 1) {
    const { parent } = root;
    if (!hasMembers(parent)) break;
    root = parent;
  }
  return isApplication(root) ? root : undefined;
}
