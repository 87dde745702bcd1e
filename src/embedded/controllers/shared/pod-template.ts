import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { KubeObject, OwnerReference } from '../../../kubernetes/object.ts';
import type { Pod, PodTemplateSpec } from '../../../kubernetes/objects.ts';
import { controllerReference } from '../../../kubernetes/owners.ts';

/** A Pod as its owner's template wants it, yet without a name: upstream's GetPodFromTemplate. */
export function podFromTemplate(
  template: PodTemplateSpec,
  owner: KubeObject,
  reference: OwnerReference = controllerReference(owner),
): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: generatedPrefix(owner.metadata.name),
      namespace: owner.metadata.namespace,
      labels: { ...labels },
      ...(annotations && { annotations: { ...annotations } }),
      ...(finalizers?.length && { finalizers: [...finalizers] }),
      ownerReferences: [reference],
    },
    spec: structuredClone(template.spec!),
  };
}

/** The dash makes names prettier, but a long name may have no room for it. */
function generatedPrefix(name: string): string {
  const prefix = `${name}-`;
  return nameIsDNSSubdomain(prefix, true).length === 0 ? prefix : name;
}
