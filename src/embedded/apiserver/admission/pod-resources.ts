import type { Container, Pod } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';

/** Amounts by resource name: "cpu", "memory", "nvidia.com/gpu". */
export type Amounts = ReadonlyMap<string, Quantity>;

/**
 * What a Pod as a whole requests or is limited to: k8s.io/component-helpers/resource. Containers add up; init containers
 * run one after the other beside the sidecars started before them, so the largest of them counts.
 */
export function podAmounts(spec: Pod['spec'], of: 'requests' | 'limits', overhead = true): Map<string, Quantity> {
  const total = new Map<string, Quantity>();
  for (const container of spec.containers ?? []) add(total, amountsOf(container, of));
  const sidecars = new Map<string, Quantity>();
  const initial = new Map<string, Quantity>();
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container, of);
    if (container.restartPolicy === 'Always') {
      add(total, own);
      add(sidecars, own);
      raise(initial, sidecars);
    } else {
      add(own, sidecars);
      raise(initial, own);
    }
  }
  raise(total, initial);
  if (overhead && spec.overhead) {
    for (const [name, amount] of toAmounts(spec.overhead)) {
      if (of === 'requests' || total.has(name)) total.set(name, amount.plus(total.get(name) ?? Quantity.zero));
    }
  }
  return total;
}

export function amountsOf(container: Container, of: 'requests' | 'limits'): Map<string, Quantity> {
  return toAmounts(container.resources?.[of]);
}

export function toAmounts(list: Readonly<Record<string, string | number>> | undefined): Map<string, Quantity> {
  return new Map(Object.entries(list ?? {}).map(([name, value]) => [name, Quantity.tryParse(value) ?? Quantity.zero]));
}

function add(total: Map<string, Quantity>, amounts: Amounts): void {
  for (const [name, amount] of amounts) {
    const known = total.get(name);
    total.set(name, known ? known.plus(amount) : amount);
  }
}

function raise(total: Map<string, Quantity>, amounts: Amounts): void {
  for (const [name, amount] of amounts) {
    const known = total.get(name);
    if (!known || amount.compare(known) > 0) total.set(name, amount);
  }
}
