import { byteLength, isDNS1123Subdomain, isQualifiedName, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  TopologySelectorTerm,
} from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { validateNonnegativeQuantity } from './compute-resources.ts';
import { semanticEqual, validateImmutable } from './equality.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notSupported,
  required,
  tooLong,
} from './field.ts';
import { hasInvalidLabelValue, validateLabelName, validateLabelSelector } from './labels.ts';
import { validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { validateCSIDriverName } from './volume-sources.ts';

/** pkg/apis/storage/validation. */

const maxParameters = 512;
const maxParametersSize = 256 * 1024;
const maxNodeIdLength = 256;

const reclaimPolicies = ['Delete', 'Retain'];
const bindingModes = ['Immediate', 'WaitForFirstConsumer'];
const groupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType'];
const lifecycleModes = ['Persistent', 'Ephemeral'];

const clusterScoped = { namespaced: false, validateName: nameIsDNSSubdomain };

export function validateStorageClass(storageClass: StorageClass): FieldError[] {
  const { metadata, provisioner, parameters = {}, reclaimPolicy, volumeBindingMode } = storageClass;
  const errors = validateObjectMeta(metadata, clusterScoped);
  if (!provisioner) errors.push(required('provisioner'));
  else {
    const name = provisioner.toLowerCase();
    errors.push(...invalidEach('provisioner', name, isQualifiedName(name)));
  }
  errors.push(...validateParameters(parameters));
  if (reclaimPolicy && !reclaimPolicies.includes(reclaimPolicy)) {
    errors.push(notSupported('reclaimPolicy', reclaimPolicy, reclaimPolicies));
  }
  if (volumeBindingMode === undefined) errors.push(required('volumeBindingMode'));
  else if (!bindingModes.includes(volumeBindingMode)) {
    errors.push(notSupported('volumeBindingMode', volumeBindingMode, bindingModes));
  }
  return [...errors, ...validateTopologies(storageClass.allowedTopologies ?? [], 'allowedTopologies')];
}

export function validateStorageClassUpdate(storageClass: StorageClass, current: StorageClass): FieldError[] {
  const errors = [
    ...validateStorageClass(storageClass),
    ...validateObjectMetaUpdate(storageClass.metadata, current.metadata),
  ];
  const unchanged = (field: 'parameters' | 'provisioner' | 'reclaimPolicy', equal: boolean) => {
    if (!equal) errors.push(forbidden(field, `updates to ${field} are forbidden.`));
  };
  unchanged('parameters', semanticEqual(storageClass.parameters ?? {}, current.parameters ?? {}));
  unchanged('provisioner', storageClass.provisioner === current.provisioner);
  unchanged('reclaimPolicy', storageClass.reclaimPolicy === current.reclaimPolicy);
  const { volumeBindingMode: mode } = storageClass;
  return [...errors, ...validateImmutable('string', mode, current.volumeBindingMode, 'volumeBindingMode')];
}

function validateParameters(parameters: Readonly<Record<string, string>>): FieldError[] {
  const entries = Object.entries(parameters);
  if (entries.length > maxParameters) return [tooLong('parameters', maxParameters)];
  const errors = Object.hasOwn(parameters, '') ? [invalid('parameters', '', 'field can not be empty.')] : [];
  if (sizeOf(entries) > maxParametersSize) errors.push(tooLong('parameters', maxParametersSize));
  return errors;
}

function validateTopologies(terms: readonly TopologySelectorTerm[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen: string[] = [];
  terms.forEach(({ matchLabelExpressions = [] }, index) => {
    const expressions = new Map<string, string>();
    matchLabelExpressions.forEach(({ key = '', values: listed }, position) => {
      const values = listed ?? [];
      const at = `${path}[${index}].matchLabelExpressions[${position}]`;
      if (values.length === 0) errors.push(required(`${at}.values`));
      values.forEach((value, place) => {
        if (values.indexOf(value) < place) errors.push(duplicate(`${at}.values[${place}]`, value));
      });
      errors.push(...validateLabelName(key, `${at}.key`));
      if (expressions.has(key)) errors.push(duplicate(`${at}.key`, key));
      expressions.set(key, JSON.stringify([...new Set(values)].sort()));
    });
    const term = JSON.stringify([...expressions].sort());
    const repeated = duplicate(`${path}[${index}].matchLabelExpressions`, '');
    // Upstream takes a term without expressions for as many others as there are terms.
    if (expressions.size === 0) errors.push(...terms.map(() => repeated));
    errors.push(...seen.filter((other) => other === term).map(() => repeated));
    seen.push(term);
  });
  return errors;
}

export function validateCSIDriver({ metadata, spec }: CSIDriver): FieldError[] {
  return [...validateObjectMeta(metadata, clusterScoped), ...validateCSIDriverSpec(spec, 'spec')];
}

export function validateCSIDriverUpdate({ metadata, spec }: CSIDriver, current: CSIDriver): FieldError[] {
  const { attachRequired, volumeLifecycleModes } = current.spec;
  return [
    ...validateObjectMetaUpdate(metadata, current.metadata),
    ...validateCSIDriverSpec(spec, 'spec'),
    ...validateImmutable('bool', spec.attachRequired, attachRequired, 'spec.attachedRequired'),
    ...validateImmutable(
      '[]storage.VolumeLifecycleMode',
      spec.volumeLifecycleModes,
      volumeLifecycleModes,
      'spec.volumeLifecycleModes',
    ),
  ];
}

function validateCSIDriverSpec(spec: CSIDriver['spec'], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const needed = (field: string, value: boolean | undefined) => {
    if (value === undefined) errors.push(required(`${path}.${field}`));
  };
  needed('attachedRequired', spec.attachRequired);
  needed('podInfoOnMount', spec.podInfoOnMount);
  needed('storageCapacity', spec.storageCapacity);
  const { fsGroupPolicy } = spec;
  if (fsGroupPolicy !== undefined && !groupPolicies.includes(fsGroupPolicy)) {
    errors.push(notSupported(`${path}.fsGroupPolicy`, fsGroupPolicy, groupPolicies));
  }
  const audiences = new Set<string>();
  spec.tokenRequests?.forEach(({ audience = '', expirationSeconds: seconds }, index) => {
    const at = `${path}.tokenRequests[${index}]`;
    if (audiences.has(audience)) {
      errors.push(duplicate(`${at}.audience`, audience));
      return;
    }
    audiences.add(audience);
    const wrong = (detail: string) => errors.push(invalid(`${at}.expirationSeconds`, seconds, detail));
    if (seconds !== undefined && seconds < 600) wrong('may not specify a duration less than 10 minutes');
    if (seconds !== undefined && seconds > 2 ** 32) wrong('may not specify a duration larger than 2^32 seconds');
  });
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (!lifecycleModes.includes(mode)) {
      errors.push(notSupported(`${path}.volumeLifecycleModes`, mode, lifecycleModes));
    }
  }
  needed('seLinuxMount', spec.seLinuxMount);
  return errors;
}

export function validateCSINode({ metadata, spec }: CSINode): FieldError[] {
  const names = new Set<string>();
  return [
    ...validateObjectMeta(metadata, clusterScoped),
    ...(spec.drivers ?? []).flatMap(({ name = '', nodeID = '', allocatable, topologyKeys: keys }, index) => {
      const topologyKeys = keys ?? [];
      const at = `spec.drivers[${index}]`;
      const errors = validateCSIDriverName(name, `${at}.name`);
      if (!nodeID) errors.push(required(`${at}.nodeID`));
      if (byteLength(nodeID) > maxNodeIdLength) {
        errors.push(invalid(`${at}.nodeID`, nodeID, `must be ${maxNodeIdLength} characters or less`));
      }
      errors.push(...validateNonnegative(allocatable?.count, `${at}.allocatable.count`));
      if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
      names.add(name);
      topologyKeys.forEach((key, position) => {
        if (!key) errors.push(required(at));
        if (topologyKeys.indexOf(key) < position) errors.push(duplicate(at, key));
        errors.push(...invalidEach(at, key, isQualifiedName(key)));
      });
      return errors;
    }),
  ];
}

export function validateCSINodeUpdate(node: CSINode, current: CSINode): FieldError[] {
  const own = validateCSINode(node);
  const changed = (current.spec.drivers ?? []).flatMap((former) =>
    (node.spec.drivers ?? [])
      .filter(({ name }) => name === former.name)
      .flatMap((driver) => validateImmutable('storage.CSINodeDriver', driver, former, 'spec.drivers')),
  );
  // Upstream looks twice.
  return [...own, ...own, ...changed];
}

export function validateCSIStorageCapacity(
  { metadata, nodeTopology, storageClassName = '', capacity }: CSIStorageCapacity,
  current?: CSIStorageCapacity,
): FieldError[] {
  const amount = capacity === undefined ? undefined : Quantity.tryParse(capacity);
  return [
    ...validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validateLabelSelector(nodeTopology, 'nodeTopology', {
      allowInvalidLabelValues: hasInvalidLabelValue(current?.nodeTopology),
    }),
    ...invalidEach('storageClassName', storageClassName, isDNS1123Subdomain(storageClassName)),
    ...(amount ? validateNonnegativeQuantity(amount, 'capacity') : []),
  ];
}

export function validateCSIStorageCapacityUpdate(
  capacity: CSIStorageCapacity,
  current: CSIStorageCapacity,
): FieldError[] {
  const { nodeTopology, storageClassName } = capacity;
  return [
    ...validateCSIStorageCapacity(capacity, current),
    ...validateObjectMetaUpdate(capacity.metadata, current.metadata),
    ...validateImmutable('v1.LabelSelector', nodeTopology, current.nodeTopology, 'nodeTopology'),
    ...validateImmutable('string', storageClassName, current.storageClassName, 'storageClassName'),
  ];
}

/** In bytes, keys and values together. */
export function sizeOf(entries: readonly (readonly [string, string])[]): number {
  return entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
}
