/**
 * The options of the command line that describe how the token was sent.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import { collect, parseSeconds, splitNames } from '../option-parsers.js';

/** Adds the options to a command. */
export function addPresentationOptions(command: Command): Command {
  return command
    .option('--proof <file>', 'a file with the DPoP proof; "-" reads it from standard input')
    .option('--method <method>', 'the method of the request that the proof is for')
    .option('--url <url>', 'the URL of that request as the API received it, or its path')
    .addOption(
      new Option('--scheme <scheme>', 'the scheme of the token; default DPoP with --proof').choices(
        ['Bearer', 'DPoP'],
      ),
    )
    .option('--certificate <file>', 'a file with the client certificate in PEM')
    .option(
      '--public-url <url>',
      'the URL under which clients call the API; default the origin of an https audience; can be repeated',
      collect,
    )
    .addOption(
      new Option(
        '--sender-constraint <constraint>',
        'what a route requires tokens to be bound to',
      ).choices(['dpop', 'mtls', 'any']),
    )
    .option('--fresh', 'ask the authorization server about a JWT too, as a route with fresh does')
    .option(
      '--acr-values <values>',
      'the authentication context classes that a route accepts, separated by commas',
      splitNames,
    )
    .option(
      '--max-age <seconds>',
      'the longest time since the user was authenticated that a route accepts',
      parseSeconds,
    );
}
