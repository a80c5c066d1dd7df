import { describeServer } from './contract/describe-server.js';
import { oauth2MockServer } from './servers/oauth2-mock-server.js';

describeServer(oauth2MockServer);
