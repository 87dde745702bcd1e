import type { Pod, Toleration } from '../../../kubernetes/objects.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';
import { isAbout, objectOf } from './requests.ts';

/** Seconds that a Pod stays on a node that is not ready or cannot be reached, unless it says. */
const seconds = 300;
const taints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',

  mutate(request: AdmissionRequest): void {
    const { operation, subresource } = request;
    if (!isAbout(request, 'pods') || subresource || (operation !== 'CREATE' && operation !== 'UPDATE')) return;
    const { spec } = objectOf<Pod>(request);
    const tolerations = spec.tolerations ?? [];
    const added = taints
      .filter((key) => !tolerations.some((each) => tolerates(each, key)))
      .map((key): Toleration => ({ effect: 'NoExecute', key, operator: 'Exists', tolerationSeconds: seconds }));
    if (added.length > 0) spec.tolerations = [...tolerations, ...added];
  },
};

function tolerates({ key, effect }: Toleration, taint: string): boolean {
  return (!key || key === taint) && (!effect || effect === 'NoExecute');
}
