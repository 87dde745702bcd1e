import type { PodSpec } from '../../../../kubernetes/objects.ts';
import { Quantity } from '../../../../kubernetes/quantity.ts';

/** pkg/apis/core/helper/qos: who is evicted first when a node runs short. */
export function podQOSClass({ containers, initContainers }: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const totals = { requests: new Map<string, Quantity>(), limits: new Map<string, Quantity>() };
  let limited = true;
  for (const { resources } of [...(containers ?? []), ...(initContainers ?? [])]) {
    let limits = 0;
    for (const list of ['requests', 'limits'] as const) {
      for (const name of ['cpu', 'memory']) {
        const amount = Quantity.tryParse(resources?.[list]?.[name]);
        if (!amount || amount.sign <= 0) continue;
        totals[list].set(name, amount.plus(totals[list].get(name) ?? Quantity.zero));
        if (list === 'limits') limits++;
      }
    }
    if (limits < 2) limited = false;
  }
  const { requests, limits } = totals;
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const equal = [...requests].every(([name, amount]) => limits.get(name)?.equals(amount));
  return limited && equal && requests.size === limits.size ? 'Guaranteed' : 'Burstable';
}
