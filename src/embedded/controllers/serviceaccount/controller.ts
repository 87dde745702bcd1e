import type { ServiceAccount } from '../../../kubernetes/objects.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Client, Controller } from '../../client/client.ts';
import * as refs from '../../client/refs.ts';
import type { ControllerContext } from '../shared/context.ts';
import { isNamespaceTerminating } from '../shared/failures.ts';
import { keyOf, reconciler } from '../shared/reconciler.ts';

/** The account that Pods run as unless they say otherwise. */
const account = 'default';

/** Sees to it that every namespace has its default ServiceAccount. */
export function serviceAccountController(context: ControllerContext): Controller {
  const client = context.clientFor('service-account-controller');
  const namespaces = client.informer(refs.namespaces);
  return reconciler({
    name: 'service-account-controller',
    context,
    concurrency: 1,
    watch: (queue) => [
      namespaces.subscribe({
        added: (namespace) => queue.add(keyOf(namespace)),
        updated: (namespace) => queue.add(keyOf(namespace)),
      }),
      client.informer(refs.serviceAccounts).subscribe({
        deleted: ({ metadata: { namespace, name } }) => {
          if (namespace && name === account) queue.add(namespace);
        },
      }),
    ],
    sync: (namespace) => ensure(client, namespace),
  });
}

async function ensure(client: Client, namespace: string): Promise<void> {
  if (client.informer(refs.namespaces).get('', namespace)?.status?.phase !== 'Active') return;
  if (client.informer(refs.serviceAccounts).get(namespace, account)) return;
  const draft: ServiceAccount = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } };
  try {
    await client.resource(refs.serviceAccounts).create(draft);
  } catch (error) {
    if (!ApiError.is(error, 'AlreadyExists') && !isNamespaceTerminating(error)) throw error;
  }
}
