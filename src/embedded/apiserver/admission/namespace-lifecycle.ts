import type { Namespace } from '../../../kubernetes/objects.ts';
import { forbidden, notFound } from '../failures.ts';
import type { AdmissionPlugin, AdmissionRequest, ClusterView } from './chain.ts';
import { isAbout, refuse } from './requests.ts';

const immortal = new Set(['default', 'kube-system', 'kube-public']);

/** Nothing is created in a Namespace that is not there or on its way out, and some Namespaces stay. */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',

  mutate(request: AdmissionRequest, cluster: ClusterView): void {
    const { operation, definition, namespace, name } = request;
    if (isAbout(request, 'namespaces')) {
      if (operation === 'DELETE' && immortal.has(name)) {
        throw forbidden(definition, name, 'this namespace may not be deleted');
      }
      return;
    }
    if (!namespace || operation === 'DELETE' || operation === 'CONNECT') return;
    // Whether somebody may do something in a namespace can be asked without telling whether it exists.
    if (isAbout(request, 'localsubjectaccessreviews', 'authorization.k8s.io')) return;
    const found = cluster.get('namespaces', '', namespace) as Namespace | undefined;
    if (!found) throw notFound({ group: '', plural: 'namespaces' }, namespace);
    if (operation === 'CREATE' && found.status?.phase === 'Terminating') {
      const error = refuse(
        request,
        `unable to create new content in namespace ${namespace} because it is being terminated`,
      );
      error.status.details!.causes = [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ];
      throw error;
    }
  },
};
