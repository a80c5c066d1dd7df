/**
 * The field value of `Authorization` as Fetch's `Headers` returns it: several lines combined into one.
 *
 * @module
 */
import { InvalidRequestError } from '@scopegate/protocol';

/** An unterminated quoted-string extends to the end. RFC 9110 §5.6.4. */
const QUOTED_STRINGS = /"(?:[^"\\]|\\.?)*("|$)/g;

/** The beginning of an `auth-param`. RFC 9110 §11.2. */
const AUTH_PARAM = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*=/;

/**
 * What may be a second line with a bearer token. Quotes in other lines may enclose it, so that all lines
 * together read as one quoted-string.
 */
const BEARER_LINE = /, bearer[ \t]/i;

/**
 * Returns the field value of `Authorization` from `Headers.get()`, which joins lines with `', '`.
 *
 * One line may contain such a separator: in a quoted-string, or in front of another parameter of
 * schemes such as `Digest`. Anything else behind a separator may be a second line, and is refused, and so
 * is `Bearer` behind a separator anywhere.
 *
 * @param combined - The combined value; `null` if the request does not have the field.
 * @throws InvalidRequestError `repeated_authorization`: the value may consist of several lines.
 * @see Fetch Standard §2.2.2, "get" a header list; RFC 9110 §5.3, §11.4
 */
export function parseCombinedAuthorization(combined: string | null): string | undefined {
  if (combined === null) return undefined;
  if (!combined.includes(',')) return combined;
  if (BEARER_LINE.test(combined)) throw new InvalidRequestError('repeated_authorization');
  const [, ...rest] = combined.replaceAll(QUOTED_STRINGS, withoutContent).split(', ');
  if (rest.every((part) => AUTH_PARAM.test(part))) return combined;
  throw new InvalidRequestError('repeated_authorization');
}

/** An unterminated quoted-string keeps its content, because another line may have ended it. */
function withoutContent(quoted: string, end: string): string {
  return end === '' ? quoted : '""';
}
