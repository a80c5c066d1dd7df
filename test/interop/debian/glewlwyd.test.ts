import { describeServer } from '../contract/describe-server.js';
import { glewlwyd } from './servers/glewlwyd.js';
import { describeAudiences } from './support/describe-audiences.js';
import { describeWith, skipWithout } from './support/describe-with.js';

describeServer(glewlwyd, skipWithout(['glewlwyd']));

describeWith(['glewlwyd'], `${glewlwyd.name}, the audience of assertions`, () => {
  describeAudiences(glewlwyd, ['token_endpoint']);
});
