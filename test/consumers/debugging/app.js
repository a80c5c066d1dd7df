/**
 * Prints what a developer sees of the packages: names of functions and classes, and a stack trace.
 */
import * as accessToken from '@scopegate/access-token';
import * as client from '@scopegate/client';
import * as express from '@scopegate/express';
import * as protocol from '@scopegate/protocol';
import * as testing from '@scopegate/testing';

for (const exported of [accessToken, client, express, protocol, testing]) {
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value === 'function' && value.name !== name) {
      console.log(`${name} is called ${value.name}`);
    }
  }
}

try {
  express.createResourceServer({ issuer: 'https://auth.example.com', audience: 7 });
} catch (error) {
  console.log(error.stack);
}

const challenge = new protocol.InvalidTokenError('expired');
console.log(challenge instanceof express.ChallengeError ? 'one class' : 'two classes');
