import { goQuote } from '../../../kubernetes/go-format.ts';
import type { PodSpec, SecurityContext } from '../../../kubernetes/objects.ts';
import { type FieldError, forbidden, invalid } from './field.ts';
import { validateLocalDescendingPath } from './paths.ts';
import { visitContainers } from './windows.ts';

/** Annotations of Pods that mean something, most of them forerunners of fields (pkg/apis/core/validation). */

type Annotations = Readonly<Record<string, string>>;

export const mirrorPodAnnotation = 'kubernetes.io/config.mirror';
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';
const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/';
const appArmorContainer = 'container.apparmor.security.beta.kubernetes.io/';
const localhost = 'localhost/';

/** @param path of the annotations */
export function validatePodAnnotations(
  annotations: Annotations | undefined,
  spec: PodSpec,
  path: string,
): FieldError[] {
  if (!annotations) return [];
  const errors: FieldError[] = [];
  const own = (key: string) => (Object.hasOwn(annotations, key) ? annotations[key] : undefined);
  const mirror = own(mirrorPodAnnotation);
  if (mirror !== undefined && !spec.nodeName) {
    const detail = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalid(`${path}[${mirrorPodAnnotation}]`, mirror, detail));
  }
  const cost = own(deletionCost);
  if (cost !== undefined && !isDeletionCost(cost)) {
    errors.push(invalid(`${path}[${deletionCost}]`, cost, 'must be a 32bit integer'));
  }
  const pod = own(seccompPod);
  if (pod !== undefined) errors.push(...validateSeccomp(pod, `${path}.${seccompPod}`));
  for (const [key, value] of Object.entries(annotations)) {
    if (key.startsWith(seccompContainer)) errors.push(...validateSeccomp(value, `${path}.${key}`));
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (key.startsWith(appArmorContainer)) errors.push(...validateAppArmor(key, value, spec, `${path}[${key}]`));
  }
  return errors;
}

/** Without a plus sign or leading zeros. */
function isDeletionCost(text: string): boolean {
  return /^(0|-[0-9]+|[1-9][0-9]*)$/.test(text) && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31;
}

function validateSeccomp(profile: string, path: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  if (profile.startsWith(localhost)) return validateLocalDescendingPath(profile.slice(localhost.length), path);
  return [invalid(path, profile, 'must be a valid seccomp profile')];
}

function validateAppArmor(key: string, profile: string, spec: PodSpec, path: string): FieldError[] {
  const name = key.slice(appArmorContainer.length);
  const errors: FieldError[] = [];
  let found = false;
  visitContainers(spec, '', (container) => {
    found ||= (container.name ?? '') === name;
  });
  if (!found) errors.push(invalid(path, name, 'container not found'));
  if (!['', 'runtime/default', 'unconfined'].includes(profile) && !profile.startsWith(localhost)) {
    errors.push(invalid(path, profile, `invalid AppArmor profile name: ${goQuote(profile)}`));
  }
  return errors;
}

/** Where a profile is given both ways, both must say the same. @param path of the spec */
export function validateProfilesMatch(annotations: Annotations | undefined, spec: PodSpec, path: string): FieldError[] {
  if (!annotations) return [];
  const errors: FieldError[] = [];
  const own = (key: string) => (Object.hasOwn(annotations, key) ? annotations[key] : undefined);
  const context = spec.securityContext;
  errors.push(
    ...compare('seccomp', own(seccompPod), context?.seccompProfile, `${path}.securityContext.seccompProfile`),
  );
  visitContainers(spec, path, ({ name, securityContext }, at) => {
    const annotation = own(`${seccompContainer}${name}`);
    const profile = securityContext?.seccompProfile;
    errors.push(...compare('seccomp', annotation, profile, `${at}.securityContext.seccompProfile`));
  });
  if (spec.os?.name === 'windows') return errors;
  visitContainers(spec, path, ({ name, securityContext }, at) => {
    const annotation = own(`${appArmorContainer}${name}`);
    const profile = securityContext?.appArmorProfile ?? context?.appArmorProfile;
    errors.push(...compare('apparmor', annotation, profile, `${at}.securityContext.appArmorProfile`));
  });
  return errors;
}

function compare(
  what: 'seccomp' | 'apparmor',
  annotation: string | undefined,
  profile: SecurityContext['seccompProfile'] | SecurityContext['appArmorProfile'],
  path: string,
): FieldError[] {
  if (annotation === undefined || !profile) return [];
  const wrongType = forbidden(`${path}.type`, `${what} type in annotation and field must match`);
  const defaults = what === 'seccomp' ? ['runtime/default', 'docker/default'] : ['runtime/default'];
  switch (profile.type) {
    case 'Unconfined':
      return annotation === 'unconfined' ? [] : [wrongType];
    case 'RuntimeDefault':
      return defaults.includes(annotation) ? [] : [wrongType];
    case 'Localhost':
      if (!annotation.startsWith(localhost)) return [wrongType];
      if (annotation.slice(localhost.length) === profile.localhostProfile) return [];
      return [forbidden(`${path}.localhostProfile`, `${what} profile in annotation and field must match`)];
    default:
      return [];
  }
}

/** Annotations that stand for fields are as immutable as those. @param path of the annotations */
export function validatePodAnnotationsUpdate(
  annotations: Annotations = {},
  current: Annotations = {},
  spec: PodSpec,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const check = (key: string, verb: string) => {
    if (key.startsWith(appArmorContainer)) {
      errors.push(forbidden(`${path}[${key}]`, `may not ${verb} AppArmor annotations`));
    }
    if (key === mirrorPodAnnotation) {
      errors.push(forbidden(`${path}[${key}]`, `may not ${verb} mirror pod annotation`));
    }
  };
  for (const key of Object.keys(current)) {
    if (!Object.hasOwn(annotations, key) || annotations[key] !== current[key]) check(key, 'remove or update');
  }
  for (const key of Object.keys(annotations)) {
    if (!Object.hasOwn(current, key)) check(key, 'add');
  }
  return [...errors, ...validatePodAnnotations(annotations, spec, path)];
}
