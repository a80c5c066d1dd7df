/**
 * The server for GraphQL of docs/recipes.md.
 *
 * @module
 */
// #region graphql
import { addAbortListener } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type AccessPolicy, ChallengeError, type ResourceServer } from '@scopegate/express';
import express, { type Express } from 'express';
import { createGraphQLError, createPubSub, createSchema, createYoga } from 'graphql-yoga';

interface Context {
  readonly req: IncomingMessage; // yoga adds it on Node
}

export const pubSub = createPubSub<{ readonly rows: [row: number] }>();

export function createApp(api: ResourceServer): Express {
  const write = api.policy({ scope: 'write:analytics' });
  const assertAllowed = (req: IncomingMessage, policy: AccessPolicy): void => {
    try {
      api.assertAllowed(req, policy);
    } catch (error) {
      if (!(error instanceof ChallengeError)) throw error;
      const code = error.status === 403 ? 'INSUFFICIENT_SCOPE' : 'UNAUTHENTICATED';
      const { scope } = error.challenge;
      throw createGraphQLError(error.message, { extensions: { code, scope } });
    }
  };
  const schema = createSchema<Context>({
    typeDefs: `
      type Query { client: String }
      type Mutation { publish(row: Int!): Boolean }
      type Subscription { rows: Int }
    `,
    resolvers: {
      Query: { client: (_root, _args, { req }) => api.accessToken(req).clientId },
      Mutation: {
        publish(_root, { row }: { row: number }, { req }) {
          assertAllowed(req, write);
          pubSub.publish('rows', row);
          return true;
        },
      },
      Subscription: {
        rows: {
          subscribe(_root, _args, { req }) {
            const rows = pubSub.subscribe('rows');
            addAbortListener(api.whileAcceptable(req), () => void rows.return());
            return rows;
          },
          resolve: (row: number) => row,
        },
      },
    },
  });
  const yoga = createYoga<Context>({ schema, graphiql: false });
  return express().use('/graphql', api.requireScope('read:analytics'), (req, res) =>
    yoga(req, res),
  );
}
// #endregion graphql
