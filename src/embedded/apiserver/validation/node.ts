import { parseCidr } from '../../../kubernetes/ip.ts';
import { isValidLabelValue, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { Node, NodeAddress, Taint } from '../../../kubernetes/objects.ts';
import { mustBePositive, quantities, validateResourceQuantity } from './compute-resources.ts';
import { duplicate, type FieldError, forbidden, internalError, invalid, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { validateLegacyCidr } from './ip.ts';
import { validateLabelName } from './labels.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { validateTaintEffect } from './scheduling.ts';

/** pkg/apis/core/validation. */

export function validateNode(node: Node): FieldError[] {
  const { metadata, spec, status } = node;
  const errors = [
    ...validateObjectMeta(metadata, { namespaced: false, validateName: nameIsDNSSubdomain }),
    ...validateTaints(spec.taints, 'metadata.taints'),
    ...validateAmounts(node),
  ];
  const swap = status?.nodeInfo?.swap?.capacity;
  if (swap !== undefined && swap <= 0) errors.push(invalid('metadata.nodeSwapStatus.capacity', swap, mustBePositive));
  const cidrs = spec.podCIDRs ?? [];
  const path = 'spec.podCIDRs';
  errors.push(...cidrs.flatMap((cidr, index) => validateLegacyCidr(`${path}[${index}]`, cidr)));
  if (cidrs.length < 2) return errors;
  const wrong = cidrs.findIndex((cidr) => !parseCidr(cidr));
  if (wrong >= 0) {
    const problem = `invalid CIDR[${wrong}]: <nil> (invalid CIDR address: ${cidrs[wrong]})`;
    errors.push(internalError(path, `invalid PodCIDRs. failed to check with dual stack with error:${problem}`));
  }
  const families = new Set(cidrs.map((cidr) => parseCidr(cidr)?.address.family));
  if (cidrs.length > 2 || families.size < 2 || wrong >= 0) {
    const detail = 'may specify no more than one CIDR for each IP family';
    errors.push(invalid(path, goValue('[]string', cidrs), detail));
  }
  return errors;
}

export function validateNodeUpdate(node: Node, current: Node): FieldError[] {
  const { spec, status } = node;
  const { spec: stored } = current;
  const errors = [...validateObjectMetaUpdate(node.metadata, current.metadata), ...validateAmounts(node)];
  const addresses = new Set<string>();
  status?.addresses?.forEach((address, index) => {
    const key = addressKey(address);
    if (addresses.has(key)) {
      errors.push(duplicate(`status.addresses[${index}]`, goValue('core.NodeAddress', address)));
    }
    addresses.add(key);
  });
  const cidrs = spec.podCIDRs ?? [];
  const former = stored.podCIDRs ?? [];
  const changed = cidrs.length === former.length ? former.filter((cidr, index) => cidr !== cidrs[index]) : ['all'];
  if (former.length > 0) {
    const detail = 'node updates may not change podCIDR except from "" to valid';
    errors.push(...changed.map(() => forbidden('spec.podCIDRs', detail)));
  }
  if (stored.providerID && stored.providerID !== spec.providerID) {
    const detail = 'node updates may not change providerID except from "" to valid';
    errors.push(forbidden('spec.providerID', detail));
  }
  errors.push(...validateTaints(spec.taints, 'metadata.taints'));
  if ((spec.externalID ?? '') !== (stored.externalID ?? '')) {
    errors.push(forbidden('spec.externalID', 'may not be updated'));
  }
  return errors;
}

function validateAmounts({ status }: Node): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((field) =>
    quantities(status?.[field]).flatMap(([name, amount]) =>
      validateResourceQuantity(name, amount, `status.${field}.${name}`),
    ),
  );
}

function validateTaints(taints: readonly Taint[] | undefined, path: string): FieldError[] {
  const seen = new Set<string>();
  return (taints ?? []).flatMap((taint, index) => {
    const { key = '', value = '', effect = '' } = taint;
    const at = `${path}[${index}]`;
    const errors = validateLabelName(key, `${at}.key`);
    const messages = isValidLabelValue(value);
    if (messages.length > 0) errors.push(invalid(`${at}.value`, value, messages.join(';')));
    if (effect) errors.push(...validateTaintEffect(effect, `${at}.effect`));
    else errors.push(required(`${at}.effect`));
    if (seen.has(`${effect}/${key}`)) {
      const detail = 'taints must be unique by key and effect pair';
      errors.push({ ...duplicate(at, goValue('core.Taint', taint)), detail });
    }
    seen.add(`${effect}/${key}`);
    return errors;
  });
}

function addressKey({ type, address }: NodeAddress): string {
  return `${type}/${address}`;
}
