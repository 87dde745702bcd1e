import { isIP } from 'node:net';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { usage } from './failure.ts';

/** Options that several commands take, and what their values may be. */

export function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) {
    throw new InvalidArgumentError('Give a number from 0 to 65535; 0 takes any port that is free.');
  }
  return port;
}

export type ProviderName = 'embedded' | 'kind' | 'kubeconfig';

export function providerOption(): Option {
  return new Option('--provider <name>', 'where the cluster comes from')
    .choices(['embedded', 'kind', 'kubeconfig'] satisfies ProviderName[])
    .default('embedded');
}

/** Which existing cluster. */
export interface ContextOptions {
  readonly context?: string;
  readonly yes?: boolean;
  readonly podSecurity?: 'baseline' | 'restricted';
}

export function addContextOptions(command: Command): Command {
  const options = [
    new Option('--context <name>', 'with kubeconfig: the context of the cluster'),
    new Option('--yes', 'with kubeconfig: use the cluster though it looks like production'),
    new Option('--pod-security <standard>', 'with kubeconfig: what Pods of sessions must keep to').choices([
      'baseline',
      'restricted',
    ]),
  ];
  for (const option of options) command.addOption(option);
  return command;
}

export type ImageChoice = 'stand-ins' | 'real';

export function imagesOption(): Option {
  return new Option(
    '--images <which>',
    'with kind or kubeconfig: databases’ stand-ins, or the real ones, pulled by the nodes',
  )
    .choices(['stand-ins', 'real'] satisfies ImageChoice[])
    .default('stand-ins');
}

/** What a kind cluster is made of. */
export interface KindOptions {
  readonly image?: string;
  readonly config?: string;
}

export function imageOption(): Option {
  return new Option('--image <image>', 'the nodes’ image, for a cluster made by kind').env('ORDINAL_KIND_IMAGE');
}

export function configOption(): Option {
  return new Option(
    '--config <file>',
    'a configuration of kind’s, for other nodes than a control plane and two workers',
  );
}

/** Whoever reaches the server gets a shell on this machine, so it listens where only this machine can reach it. */
export function requireLoopback(host: string): string {
  const address = host === 'localhost' ? '127.0.0.1' : host.replace(/^\[(.*)\]$/, '$1');
  if ((isIP(address) === 4 && address.startsWith('127.')) || address === '::1') return address;
  throw usage(
    `--host ${host} is not a loopback address: everybody who reaches the page would have a shell on this machine.`,
    'Leave --host out, and reach it from elsewhere through an SSH tunnel: ssh -L 3333:127.0.0.1:3333 this-machine',
  );
}
