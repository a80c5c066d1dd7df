/** Express 4. */
import express from 'express4';
import { listenByExpress } from './express-app.mjs';

export const listen = (route) => listenByExpress(express, route);
