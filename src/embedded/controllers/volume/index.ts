import type { Controller } from '../../client/client.ts';
import type { ControllerContext } from '../shared/context.ts';
import { volumeBinder } from './binder.ts';
import { ephemeralVolumeController } from './ephemeral.ts';
import { expandController } from './expand.ts';
import { type LocalPathOptions, localPathProvisioner } from './local-path.ts';
import { claimProtection, volumeProtection } from './protection.ts';

/** Everything that provisions, binds, protects and releases volumes. */
export function volumeControllers(context: ControllerContext, options: LocalPathOptions): readonly Controller[] {
  return [
    volumeBinder(context),
    localPathProvisioner(context, options),
    claimProtection(context),
    volumeProtection(context),
    ephemeralVolumeController(context),
    expandController(context),
  ];
}
