import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { ReplicationController } from '../../../kubernetes/objects.ts';
import { labelsDoNotMatch, validateCounts, validateKeptRunning, validateWithinReplicas } from './apps.ts';
import { type FieldError, invalid, required } from './field.ts';
import { validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { validatePodTemplateSpec } from './pod-template.ts';

/** pkg/apis/core/validation. */

export function validateReplicationController(controller: ReplicationController): FieldError[] {
  return [
    ...validateObjectMeta(controller.metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validateSpec(controller.spec),
  ];
}

export function validateReplicationControllerUpdate(
  controller: ReplicationController,
  current: ReplicationController,
): FieldError[] {
  return [
    ...validateReplicationController(controller),
    ...validateObjectMetaUpdate(controller.metadata, current.metadata),
    ...validateSpec(controller.spec),
  ];
}

export function validateReplicationControllerStatusUpdate(
  controller: ReplicationController,
  current: ReplicationController,
): FieldError[] {
  const status: Partial<NonNullable<ReplicationController['status']>> = controller.status ?? {};
  const { replicas = 0, fullyLabeledReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  const errors = [
    ...validateObjectMetaUpdate(controller.metadata, current.metadata),
    ...validateCounts(status, 'status', [
      ...['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
    ]),
    ...validateWithinReplicas({ fullyLabeledReplicas, readyReplicas, availableReplicas }, replicas),
  ];
  if (availableReplicas > readyReplicas) {
    errors.push(invalid('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas'));
  }
  return errors;
}

function validateSpec({ minReadySeconds, selector = {}, replicas, template }: ReplicationController['spec']) {
  const errors = validateNonnegative(minReadySeconds, 'spec.minReadySeconds');
  const selected = Object.entries(selector);
  if (selected.length === 0) errors.push(required('spec.selector'));
  if (replicas === undefined) errors.push(required('spec.replicas'));
  else errors.push(...validateNonnegative(replicas, 'spec.replicas'));
  const path = 'spec.template';
  if (!template) return [...errors, required(path)];
  if (selected.some(([name, value]) => template.metadata?.labels?.[name] !== value)) {
    errors.push(labelsDoNotMatch(template, path));
  }
  return [
    ...errors,
    ...validatePodTemplateSpec(template, path),
    ...validateKeptRunning(template, 'ReplicationController', path),
  ];
}
