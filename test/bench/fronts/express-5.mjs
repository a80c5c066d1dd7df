/** Express 5. */
import express from 'express';
import { listenByExpress } from './express-app.mjs';

export const listen = (route) => listenByExpress(express, route);
