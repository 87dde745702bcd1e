import type { ResourceList } from '../../../../kubernetes/objects.ts';
import { Quantity } from '../../../../kubernetes/quantity.ts';

/** Nothing finer than a thousandth is kept: SetDefaults_ResourceList rounds amounts up to it. */
export function defaultResourceList(list: ResourceList | undefined): void {
  for (const name in list) {
    const written = list[name];
    // Only these can be finer; the others are not worth the parsing.
    if (typeof written === 'string' && !/[nu.eE]/.test(written)) continue;
    const amount = Quantity.tryParse(written);
    if (!amount) continue;
    const rounded = new Quantity(amount.scaled(-3), -3, amount.format);
    list[name] = (rounded.equals(amount) ? amount : rounded).toString();
  }
}

export function defaultResources(resources: { limits?: ResourceList; requests?: ResourceList } | undefined): void {
  defaultResourceList(resources?.limits);
  defaultResourceList(resources?.requests);
}
