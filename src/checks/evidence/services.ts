import type { KubeObject } from '../../kubernetes/object.ts';
import type { ObjectReader } from '../reader.ts';
import { at, isTerminating, items, text } from '../state.ts';
import { count, enumerate, isObject } from '../text.ts';
import type { Sight } from './sight.ts';

/** @param reader absent where nothing is known of EndpointSlices */
export function describeService(service: KubeObject, reader?: ObjectReader): Sight {
  const name = `Service ${service.metadata.name}`;
  if (isTerminating(service)) return { text: `${name} is being deleted`, trouble: false };
  if (text(service, 'spec', 'type') === 'ExternalName') {
    return { text: `${name} stands for ${text(service, 'spec', 'externalName')}`, trouble: false };
  }
  const address = text(service, 'spec', 'clusterIP');
  const ports = items(service, 'spec', 'ports').map((port) => String(port.port));
  const labels = at(service, 'spec', 'selector');
  const selector = isObject(labels) ? Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`) : [];
  const facts = [
    address === 'None' ? 'is headless' : `has the address ${address ?? 'none yet'}`,
    ...(ports.length > 0 ? [`port ${enumerate(ports)}`] : []),
    selector.length > 0 ? `selects ${selector.join(',')}` : 'selects nothing',
    ...(reader ? [count(readyEndpoints(service, reader), 'ready endpoint')] : []),
  ];
  return { text: `${name} ${facts.join(', ')}`, trouble: false };
}

function readyEndpoints(service: KubeObject, reader: ObjectReader): number {
  return reader
    .list('endpointslices', `kubernetes.io/service-name=${service.metadata.name}`)
    .flatMap((slice) => items(slice, 'endpoints'))
    .filter((endpoint) => at(endpoint, 'conditions', 'ready') !== false).length;
}
