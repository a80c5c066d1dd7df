/**
 * The context of options: their path, and which URLs they may contain.
 *
 * @module
 */
import {
  givenType,
  hasUserinfo,
  invalidOption,
  isTransportAllowed,
  TRANSPORT_RULE,
  type TransportRules,
} from '@scopegate/protocol/internal';

/** The path of options, and which URLs they may contain. */
export interface OptionContext extends TransportRules {
  /** Precedes the names of options in messages: `''` or `issuers[0].`. */
  readonly path: string;
}

/**
 * Checks that nothing sent to a URL can be read by others.
 *
 * @throws TypeError The URL has a user or password, or uses http where that is not allowed.
 */
export function assertConfidential(url: URL, name: string, context: OptionContext): void {
  if (hasUserinfo(url)) {
    throw invalidOption(`${context.path}${name}`, 'must not contain a user or password');
  }
  if (!isTransportAllowed(url, context)) {
    throw invalidOption(`${context.path}${name}`, TRANSPORT_RULE);
  }
}

/** Formats the type of an invalid value; `''` for a string, because its type is not the mistake. */
export function givenTypeUnlessString(value: unknown): string {
  return typeof value === 'string' ? '' : givenType(value);
}
