import { describeServer } from './contract/describe-server.js';
import { oidcProvider } from './servers/oidc-provider.js';

describeServer(oidcProvider);
