import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts';
import type { Engine } from '../engine/engine.ts';
import { qualifiedName } from '../registry.ts';
import { bindingHandler } from './binding.ts';
import { evictionHandler } from './eviction.ts';
import type { SubresourceHandler, Subresources } from './handler.ts';
import { approvalHandler, ephemeralContainersHandler, finalizeHandler, resizeHandler } from './parts-of-objects.ts';
import { scaleHandler } from './scale.ts';
import { tokenHandler } from './token.ts';

/** The subresources that answer with objects, other than status. */
export function standardSubresources(engine: Engine, tokens: ServiceAccountTokens): Subresources {
  const scale = scaleHandler(engine);
  const handlers = new Map<string, SubresourceHandler>([
    ['pods/binding', bindingHandler(engine)],
    ['pods/eviction', evictionHandler(engine)],
    ['pods/ephemeralcontainers', ephemeralContainersHandler(engine)],
    ['pods/resize', resizeHandler(engine)],
    ['namespaces/finalize', finalizeHandler(engine)],
    ['serviceaccounts/token', tokenHandler(engine, tokens)],
    ['certificatesigningrequests.certificates.k8s.io/approval', approvalHandler(engine)],
  ]);
  return {
    handler(definition, subresource) {
      if (subresource === 'scale') return definition.scale && scale;
      return handlers.get(`${qualifiedName(definition)}/${subresource}`);
    },
  };
}
