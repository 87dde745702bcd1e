import { Authorizer } from '../../../src/embedded/apiserver/auth/authorizer.ts';
import { Rbac } from '../../../src/embedded/apiserver/auth/rbac.ts';
import { InProcessClient } from '../../../src/embedded/client/in-process-client.ts';
import { Informers } from '../../../src/embedded/client/informer.ts';
import { TestEngine } from '../apiserver/support.ts';

export function testClient(test = new TestEngine(), groups = ['system:masters']) {
  const { engine, store } = test;
  const access = {
    engine,
    subresources: { handler: () => undefined },
    authorizer: new Authorizer(new Rbac(store), []),
    informers: new Informers(engine),
  };
  const client = new InProcessClient(access, { user: { name: 'jane', groups }, fieldManager: 'manager' });
  return { test, access, client };
}
