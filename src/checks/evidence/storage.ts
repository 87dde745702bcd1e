import type { KubeObject } from '../../kubernetes/object.ts';
import type { ObjectReader } from '../reader.ts';
import { isTerminating, text } from '../state.ts';
import { enumerate } from '../text.ts';
import { newestOf, newestWarning } from './events.ts';
import type { Sight } from './sight.ts';

export function describeClaim(claim: KubeObject, reader: ObjectReader): Sight {
  const name = `PersistentVolumeClaim ${claim.metadata.name}`;
  const phase = text(claim, 'status', 'phase') ?? 'Pending';
  if (isTerminating(claim)) {
    const held = claim.metadata.finalizers ?? [];
    return {
      text: `${name} is terminating${held.length > 0 ? `, held back by ${enumerate(held)}` : ''}`,
      trouble: false,
    };
  }
  if (phase === 'Bound') {
    const volume = text(claim, 'spec', 'volumeName');
    const size = text(claim, 'status', 'capacity', 'storage');
    return { text: `${name} is Bound${volume ? ` to ${volume}` : ''}${size ? ` (${size})` : ''}`, trouble: false };
  }
  const warning = newestWarning(claim, reader);
  if (warning) return { text: `${name} is ${phase}: ${warning}`, trouble: true };
  const waits = newestOf('WaitForFirstConsumer', claim, reader);
  return { text: `${name} is ${phase}${waits ? `: ${waits}` : ''}`, trouble: false };
}

export function describeVolume(volume: KubeObject): Sight {
  const phase = text(volume, 'status', 'phase') ?? 'Pending';
  const claim = text(volume, 'spec', 'claimRef', 'name');
  const message = text(volume, 'status', 'message');
  const name = `PersistentVolume ${volume.metadata.name} is ${phase}`;
  return {
    text: `${name}${claim ? ` (claim ${claim})` : ''}${message ? `: ${message}` : ''}`,
    trouble: phase === 'Failed',
  };
}
