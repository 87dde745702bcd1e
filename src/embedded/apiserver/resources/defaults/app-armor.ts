import type { Pod, SecurityContext } from '../../../../kubernetes/objects.ts';
import { semanticEqual } from '../../validation/equality.ts';
import { visitContainers } from '../../validation/windows.ts';

type Profile = NonNullable<SecurityContext['appArmorProfile']>;

const annotationPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const localhost = 'localhost/';

/** A profile given as a field is given as the older annotation, too, and the other way round (pkg/registry/core/pod). */
export function syncAppArmor({ metadata, spec }: Pod): void {
  if (spec.os?.name === 'windows') return;
  const podProfile = spec.securityContext?.appArmorProfile;
  visitContainers(spec, '', (container) => {
    const key = `${annotationPrefix}${container.name}`;
    const profile = container.securityContext?.appArmorProfile;
    if (!Object.hasOwn(metadata.annotations ?? {}, key)) {
      const annotation = toAnnotation(profile ?? podProfile);
      if (annotation) metadata.annotations = { ...metadata.annotations, [key]: annotation };
    } else if (!profile) {
      const copied = fromAnnotation(metadata.annotations![key]!);
      if (!copied || semanticEqual(copied, podProfile)) return;
      container.securityContext = { ...container.securityContext, appArmorProfile: copied };
    }
  });
}

function toAnnotation(profile: Profile | undefined): string | undefined {
  switch (profile?.type) {
    case 'Unconfined':
      return 'unconfined';
    case 'RuntimeDefault':
      return 'runtime/default';
    case 'Localhost':
      return profile.localhostProfile === undefined ? undefined : `${localhost}${profile.localhostProfile}`;
    default:
      return undefined;
  }
}

function fromAnnotation(annotation: string): Profile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const localhostProfile = annotation.startsWith(localhost) ? annotation.slice(localhost.length) : '';
  if (!localhostProfile || localhostProfile.trim() !== localhostProfile || localhostProfile.length > 4095) {
    return undefined;
  }
  return { type: 'Localhost', localhostProfile };
}
