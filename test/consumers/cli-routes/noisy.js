// Prints wherever an application can print, listens, and never ends by itself.
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { createResourceServer } from '@scopegate/express';
import express from 'express';

console.log('print: console');
writeSync(1, 'print: file descriptor\n');
spawn(process.execPath, ['-e', 'console.log("print: child process")'], { stdio: 'inherit' });
setInterval(() => console.log('print: timer'), 1);
void Promise.reject(new Error('print: rejection'));

export const api = createResourceServer({
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
});

export const app = express();
app.get('/v1/sales', api.requireScope('read:analytics'), (_req, res) => res.json([]));
app.listen(0, '127.0.0.1');
