import { describeServer } from '../contract/describe-server.js';
import { glewlwyd } from './servers/glewlwyd.js';
import { describeAudiences } from './support/describe-audiences.js';
import { describeWith } from './support/describe-with.js';

describeWith(['glewlwyd'], 'Debian', () => {
  describeServer(glewlwyd);
  describeAudiences(glewlwyd, ['token_endpoint']);
});
