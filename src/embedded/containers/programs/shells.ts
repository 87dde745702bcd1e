import type { Program } from '../process/process.ts';
import type { Flavour } from '../shell/shell.ts';

/** The shells, whose code is loaded when the first of them starts: many clusters never need it. */
export function lazyShells(): Readonly<Record<Flavour, Program>> {
  let loaded: Promise<(flavour: Flavour) => Program> | undefined;
  const program = (flavour: Flavour): Program => {
    return async (process) => {
      loaded ??= import('../shell/main.ts').then(({ Shells }) => {
        const shells = new Shells();
        return (wanted: Flavour) => shells.program(wanted);
      });
      const make = await process.block(loaded);
      return make(flavour)(process);
    };
  };
  return { bash: program('bash'), ash: program('ash'), dash: program('dash') };
}
