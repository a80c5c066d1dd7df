import { describeServer } from './contract/describe-server.js';
import { nodeOAuth2Server } from './servers/node-oauth2-server.js';

describeServer(nodeOAuth2Server);
