import { describeServer } from './contract/describe-server.js';
import { betterAuthServer } from './servers/better-auth.js';

describeServer(betterAuthServer);
