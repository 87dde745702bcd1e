import type { Clock } from '../../clock.ts';
import type { Store } from '../../storage/store.ts';
import type { AdmissionChain } from '../admission/chain.ts';
import type { Registry } from '../registry.ts';
import type { Schemas } from '../schema/schemas.ts';
import type { Pools } from './pools.ts';

/** What every operation works with. */
export interface EngineParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly schemas: Schemas;
  readonly registry: Registry;
  readonly admission: AdmissionChain;
  readonly pools: Pools;
}
