/**
 * The context of options: their path, and which URLs they may contain.
 *
 * @module
 */
import {
  givenType,
  hasUserinfo,
  invalidOption,
  isConfidentialUrl,
} from '@scopegate/protocol/internal';

/** The path of options, and which URLs they may contain. */
export interface OptionContext {
  /** Precedes the names of options in messages: `''` or `issuers[0].`. */
  readonly path: string;
  /** Whether http URLs of other hosts are accepted: `dangerouslyAllowHttp`. */
  readonly allowHttp: boolean;
}

/**
 * Checks that nothing sent to a URL can be read by others.
 *
 * @throws TypeError The URL has a user or password, or uses http where that is not allowed.
 */
export function assertConfidential(
  url: URL,
  name: string,
  { path, allowHttp }: OptionContext,
): void {
  if (hasUserinfo(url)) {
    throw invalidOption(`${path}${name}`, 'must not contain a user or password');
  }
  if (isConfidentialUrl(url) || (allowHttp && url.protocol === 'http:')) return;
  throw invalidOption(
    `${path}${name}`,
    'must be an https URL; http is only accepted for localhost, 127.0.0.0/8 and [::1]',
  );
}

/** Formats the type of an invalid value; `''` for a string, because its type is not the mistake. */
export function givenTypeUnlessString(value: unknown): string {
  return typeof value === 'string' ? '' : givenType(value);
}
