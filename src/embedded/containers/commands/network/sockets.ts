import { NetworkError } from '../../../network/errors.ts';
import type { Connection } from '../../../network/network.ts';
import { type Process, ProcessEnded, type Program } from '../../process/process.ts';
import { socketFile } from '../../shell/socket-file.ts';
import { parseDuration } from '../durations.ts';
import { describeError } from '../errors.ts';
import { command, type Options, UsageError } from '../options.ts';
import { runCommand } from '../run.ts';
import { addresses, connect } from './names.ts';
import { askOverUdp, relayUdp } from './udp.ts';

/** nc, ping and what shows the network. */

/** Copies both ways between descriptors 0 and 1 and a connection, until the other side ends. */
async function relay(process: Process, connection: Connection, quitAtEnd: boolean): Promise<void> {
  const file = socketFile(connection, process.system.inode());
  const outgoing = (async () => {
    for (let data = await process.read(0); data; data = await process.read(0))
      await process.block(file.write!(data) ?? Promise.resolve());
    connection.end();
  })().catch(() => {});
  for (;;) {
    const data = await process.block(file.read!(65_536));
    if (!data) break;
    await process.write(1, data);
  }
  if (!quitAtEnd) await outgoing;
}

const nc = command('nc', { flags: 'lzvnkuNqt46', valued: 'wpesX' }, async (process, options) => {
  const [host, portText] = options.has('l') && !options.value('p') ? ['', options.operands.at(-1)] : options.operands;
  const port = Number(options.value('p') ?? portText);
  if (!Number.isInteger(port) || port < 1) throw new UsageError('missing or bad port');
  if (options.has('u')) return udp(process, options, host, port);
  if (options.has('l')) {
    do await acceptOne(process, port, options.value('e'));
    while (options.has('k'));
    return 0;
  }
  const wait = options.value('w');
  const stop = new AbortController();
  const timer =
    wait === undefined
      ? undefined
      : process.schedule((parseDuration(wait) ?? 0) || 1000, () =>
          stop.abort(new NetworkError('ETIMEDOUT', 'connect', host!, port)),
        );
  let connection: Connection;
  try {
    connection = await connect(process, host!, port, AbortSignal.any([stop.signal, process.ending]));
  } catch (error) {
    if (error instanceof ProcessEnded) throw error;
    const reason = stop.signal.aborted ? 'Connection timed out' : describeError(error);
    const code = error instanceof NetworkError ? error.code : '';
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') await process.error(`nc: bad address '${host}'\n`);
    else await process.error(`nc: ${host} (${(await addresses(process, host!))[0] ?? host}:${port}): ${reason}\n`);
    return 1;
  } finally {
    timer?.cancel();
  }
  if (options.has('v')) await process.error(`${host} (${connection.remoteAddress}:${port}) open\n`);
  if (options.has('z')) {
    connection.destroy();
    return 0;
  }
  await relay(process, connection, true);
  return 0;
});

async function udp(process: Process, options: Options, host: string | undefined, port: number): Promise<number> {
  const wait = options.value('w');
  const patience = wait === undefined ? {} : { patience: (parseDuration(wait) ?? 0) || 1000 };
  if (options.has('l')) return relayUdp(process, { port, ...patience });
  if (options.has('z')) {
    // Nothing says that somebody listens; that nobody does is said soon.
    return askOverUdp(process, host!, port, '', patience.patience ?? 1000).then(
      () => 0,
      (error) => (error instanceof NetworkError && error.code === 'ETIMEDOUT' ? 0 : 1),
    );
  }
  return relayUdp(process, { to: { host: host!, port }, ...patience });
}

async function acceptOne(process: Process, port: number, program: string | undefined): Promise<void> {
  const accepted = new Promise<Connection>((resolve, reject) => {
    process.network
      .listen(port, (connection) => resolve(connection))
      .then((listener) => {
        const forget = process.onEnd(() => listener.close());
        void accepted.then(() => {
          listener.close();
          forget();
        });
      }, reject);
  });
  const connection = await process.block(accepted);
  process.onEnd(() => connection.destroy());
  if (program === undefined) {
    await relay(process, connection, true);
    return;
  }
  const descriptors = process.descriptors.clone();
  const file = socketFile(connection, process.system.inode());
  descriptors.open(0, file);
  descriptors.duplicate(0, 1);
  await runCommand(process, program.split(' '), 'nc', { descriptors });
}

const ping = command('ping', { flags: '46qnA', valued: 'cWwiIst' }, async (process, options) => {
  const [host] = options.operands;
  if (host === undefined) throw new UsageError('missing host');
  const [address] = await addresses(process, host).catch(() => [] as string[]);
  if (!address) {
    await process.error(`ping: bad address '${host}'\n`);
    return 1;
  }
  const count = Number(options.value('c') ?? Number.POSITIVE_INFINITY);
  const interval = (Number(options.value('i') ?? 1) || 1) * 1000;
  await process.print(`PING ${host} (${address}): 56 data bytes\n`);
  let sent = 0;
  let received = 0;
  let stopped = false;
  process.onSignal('SIGINT', (signal) => {
    stopped = true;
    process.interrupt(signal);
  });
  while (sent < count && !stopped) {
    if (await answers(process, address)) {
      if (!options.has('q'))
        await process.print(
          `64 bytes from ${address}: seq=${sent} ttl=64 time=${(0.05 + process.system.random() / 10).toFixed(3)} ms\n`,
        );
      received++;
    }
    sent++;
    if (sent < count)
      await process.sleep(interval, true).catch((error) => {
        if (!stopped) throw error;
      });
  }
  await process.print(
    `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${received} packets received, ${Math.round((1 - received / Math.max(1, sent)) * 100)}% packet loss\n`,
  );
  if (received > 0) await process.print('round-trip min/avg/max = 0.050/0.096/0.150 ms\n');
  return received > 0 ? 0 : 1;
});

/** Whether anybody has the address: a refused connection is an answer too. A Service's address answers no ping. */
async function answers(process: Process, address: string): Promise<boolean> {
  const stop = new AbortController();
  const timer = process.schedule(1000, () => stop.abort(new Error('late')));
  try {
    const connection = await process.block(process.network.dial(address, 7, stop.signal), true);
    connection.destroy();
    return true;
  } catch (error) {
    if (error instanceof ProcessEnded) throw error;
    return error instanceof NetworkError && error.code === 'ECONNREFUSED' && !address.startsWith('10.96.');
  } finally {
    timer.cancel();
  }
}

function interfaces(process: Process): readonly { name: string; address: string; bits: number }[] {
  return [
    { name: 'lo', address: '127.0.0.1', bits: 8 },
    ...process.network.addresses.map((address, index) => ({ name: `eth${index}`, address, bits: 24 })),
  ];
}

const gateway = (address: string) => address.replace(/\.\d+$/, '.1');

const ip: Program = async (process) => {
  const words = process.argv.slice(1).filter((word) => !word.startsWith('-'));
  const own = process.network.addresses[0]!;
  if (words[0]?.startsWith('r')) {
    await process.print(
      `default via ${gateway(own)} dev eth0 \n${own.replace(/\.\d+$/, '.0')}/24 via ${gateway(own)} dev eth0  src ${own} \n${gateway(own)} dev eth0 scope link  src ${own} \n`,
    );
    return 0;
  }
  for (const [index, { name, address, bits }] of interfaces(process).entries()) {
    const flags = name === 'lo' ? 'LOOPBACK,UP,LOWER_UP' : 'BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN';
    await process.print(
      `${index + 1}: ${name}${name === 'lo' ? '' : '@if5'}: <${flags}> mtu ${name === 'lo' ? 65_536 : 1500} qdisc noqueue qlen 1000\n    link/${name === 'lo' ? 'loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00' : `ether ${hardware(address)} brd ff:ff:ff:ff:ff:ff`}\n`,
    );
    if (words[0]?.startsWith('a') || words.length === 0)
      await process.print(
        `    inet ${address}/${bits} ${name === 'lo' ? '' : `brd ${address.replace(/\.\d+$/, '.255')} `}scope ${name === 'lo' ? 'host' : 'global'} ${name}\n       valid_lft forever preferred_lft forever\n`,
      );
  }
  return 0;
};

function hardware(address: string): string {
  return ['ee', 'f0', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');
}

const ifconfig: Program = async (process) => {
  for (const { name, address, bits } of interfaces(process).toReversed()) {
    const mask = bits === 8 ? '255.0.0.0' : '255.255.255.0';
    const kind = name === 'lo' ? 'Local Loopback' : `Ethernet  HWaddr ${hardware(address).toUpperCase()}`;
    await process.print(
      `${name.padEnd(10)}Link encap:${kind}\n          inet addr:${address}  ${name === 'lo' ? '' : `Bcast:${address.replace(/\.\d+$/, '.255')}  `}Mask:${mask}\n          UP ${name === 'lo' ? 'LOOPBACK ' : 'BROADCAST '}RUNNING  MTU:${name === 'lo' ? 65_536 : 1500}  Metric:1\n\n`,
    );
  }
  return 0;
};

const netstat: Program = async (process) => {
  const ports = [...process.network.listening()].sort((a, b) => a - b);
  if (process.name.endsWith('ss')) {
    await process.print('State   Recv-Q  Send-Q   Local Address:Port    Peer Address:Port  Process\n');
    for (const port of ports)
      await process.print(`LISTEN  0       511            0.0.0.0:${String(port).padEnd(5)}      0.0.0.0:*\n`);
    return 0;
  }
  await process.print(
    'Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State       \n',
  );
  for (const port of ports)
    await process.print(`tcp        0      0 ${`0.0.0.0:${port}`.padEnd(23)} ${'0.0.0.0:*'.padEnd(23)} LISTEN      \n`);
  return 0;
};

const route: Program = async (process) => {
  const own = process.network.addresses[0]!;
  await process.print(
    `Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n${'0.0.0.0'.padEnd(15)} ${gateway(own).padEnd(15)} 0.0.0.0         UG    0      0        0 eth0\n`,
  );
  return 0;
};

const traceroute: Program = async (process) => {
  const host = process.argv.at(-1) ?? '';
  const [address] = await addresses(process, host).catch(() => [] as string[]);
  if (!address) {
    await process.error(`traceroute: bad address '${host}'\n`);
    return 1;
  }
  await process.print(
    `traceroute to ${host} (${address}), 30 hops max, 46 byte packets\n 1  ${address} (${address})  0.050 ms  0.040 ms  0.040 ms\n`,
  );
  return 0;
};

export const socketCommands: Readonly<Record<string, Program>> = {
  nc,
  ncat: nc,
  ping,
  ip,
  ifconfig,
  netstat,
  ss: netstat,
  route,
  traceroute,
};
