import type { ResourceDefinition } from '../../../src/embedded/apiserver/resource.ts';
import { binding } from '../../../src/embedded/apiserver/resources/binding.ts';
import { componentstatus } from '../../../src/embedded/apiserver/resources/componentstatus.ts';
import { configmap } from '../../../src/embedded/apiserver/resources/configmap.ts';
import { endpoints } from '../../../src/embedded/apiserver/resources/endpoints.ts';
import { event, eventsEvent } from '../../../src/embedded/apiserver/resources/event.ts';
import { definitions } from '../../../src/embedded/apiserver/resources/index.ts';
import { limitrange } from '../../../src/embedded/apiserver/resources/limitrange.ts';
import { namespace } from '../../../src/embedded/apiserver/resources/namespace.ts';
import { pod } from '../../../src/embedded/apiserver/resources/pod.ts';
import { resourcequota } from '../../../src/embedded/apiserver/resources/resourcequota.ts';
import { secret } from '../../../src/embedded/apiserver/resources/secret.ts';
import { service } from '../../../src/embedded/apiserver/resources/service.ts';
import { serviceaccount } from '../../../src/embedded/apiserver/resources/serviceaccount.ts';
import { testDefinitions } from './support.ts';

const known = new Map<string, ResourceDefinition>();
for (const definition of [
  ...definitions,
  binding,
  componentstatus,
  configmap,
  endpoints,
  event,
  eventsEvent,
  limitrange,
  namespace,
  pod,
  resourcequota,
  secret,
  service,
  serviceaccount,
  ...testDefinitions,
]) {
  const key = `${definition.group}/${definition.version}/${definition.plural}`;
  if (!known.has(key)) known.set(key, definition as ResourceDefinition);
}

export const allDefinitions = [...known.values()];
