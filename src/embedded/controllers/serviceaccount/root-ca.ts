import type { ConfigMap } from '../../../kubernetes/objects.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { semanticEqual } from '../../apiserver/validation/equality.ts';
import type { Client, Controller, InformerHandler } from '../../client/client.ts';
import * as refs from '../../client/refs.ts';
import type { ControllerContext } from '../shared/context.ts';
import { isNamespaceTerminating } from '../shared/failures.ts';
import { keyOf, reconciler } from '../shared/reconciler.ts';

const published = 'kube-root-ca.crt';
const descriptionAnnotation = 'kubernetes.io/description';
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the ' +
  'internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes ' +
  'clusters.';

/**
 * Keeps the ConfigMap kube-root-ca.crt in every namespace, by which Pods know the API server.
 * @returns a controller that does nothing where the context has no certificate
 */
export function rootCACertPublisherController(context: ControllerContext): Controller {
  const client = context.clientFor('root-ca-cert-publisher');
  const { rootCA } = context;
  return reconciler({
    name: 'root-ca-certificate-publisher-controller',
    context,
    concurrency: 1,
    watch: (queue) => {
      if (rootCA === undefined) return [];
      const changed: InformerHandler<ConfigMap>['updated'] = ({ metadata: { namespace, name } }) => {
        if (namespace && name === published) queue.add(namespace);
      };
      return [
        client.informer(refs.namespaces).subscribe({
          added: (namespace) => queue.add(keyOf(namespace)),
          updated: (namespace) => {
            if (namespace.status?.phase === 'Active') queue.add(keyOf(namespace));
          },
        }),
        client.informer(refs.configMaps).subscribe({
          updated: changed,
          deleted: (object) => changed(object, object),
        }),
      ];
    },
    sync: (namespace) => publish(client, namespace, { 'ca.crt': rootCA ?? '' }),
  });
}

async function publish(client: Client, namespace: string, data: Record<string, string>): Promise<void> {
  const existing = client.informer(refs.configMaps).get(namespace, published);
  if (existing) {
    const { annotations } = existing.metadata;
    if (semanticEqual(existing.data, data) && annotations?.[descriptionAnnotation]) return;
    const metadata = { ...existing.metadata, annotations: { ...annotations, [descriptionAnnotation]: description } };
    await client.resource(refs.configMaps).update({ ...existing, metadata, data });
    return;
  }
  const draft: ConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: published, namespace, annotations: { [descriptionAnnotation]: description } },
    data,
  };
  try {
    await client.resource(refs.configMaps).create(draft);
  } catch (error) {
    if (!ApiError.is(error, 'NotFound') && !isNamespaceTerminating(error)) throw error;
  }
}
