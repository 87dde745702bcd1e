import { isIPv4 } from '../../../network/addresses.ts';
import { NetworkError } from '../../../network/errors.ts';
import type { DnsAnswer, DnsRecord, RecordType } from '../../../network/network.ts';
import type { Process, Program } from '../../process/process.ts';
import { strftime } from '../../shell/printf.ts';
import { addresses, hostsEntry, lookup, reverseName } from './names.ts';

/** nslookup, dig, host and getent, printing what the real ones print. */

const types = new Set<string>(['A', 'AAAA', 'SRV', 'PTR', 'CNAME', 'TXT', 'NS', 'SOA', 'MX', 'ANY']);

function asType(text: string | undefined): RecordType | undefined {
  const upper = text?.toUpperCase();
  return upper !== undefined && types.has(upper) ? (upper as RecordType) : undefined;
}

function isBusybox(process: Process): Promise<boolean> {
  return process.files.exists('/etc/debian_version').then((debian) => !debian);
}

const nslookup: Program = async (process) => {
  const words = process.argv.slice(1);
  const typeFlag = words.map((word) => /^-(?:type|query|q|t)=(.+)$/i.exec(word)?.[1]).find(Boolean);
  const [name, server] = words.filter((word) => !word.startsWith('-'));
  if (name === undefined) {
    await process.error('Usage: nslookup [-type=TYPE] HOST [SERVER]\n');
    return 1;
  }
  const nameserver = server ?? process.network.dns.nameservers[0] ?? '';
  if (server !== undefined && !isIPv4(server) && (await addresses(process, server)).length === 0) {
    await process.error(`nslookup: couldn't get address for '${server}': not found\n`);
    return 1;
  }
  const busybox = await isBusybox(process);
  await process.print(`Server:\t\t${nameserver}\nAddress:\t${nameserver}${busybox ? ':' : '#'}53\n\n`);
  const reverse = isIPv4(name);
  const type = asType(typeFlag) ?? (reverse ? 'PTR' : undefined);
  let answer: DnsAnswer;
  try {
    answer = await lookup(process, reverse ? `${reverseName(name)}.` : name, type ?? 'A');
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    await process.print(';; connection timed out; no servers could be reached\n\n');
    return 1;
  }
  if (answer.status !== 'NOERROR') {
    await process.print(
      `** server can't find ${reverse ? reverseName(name) : busybox ? answer.name : name}: ${answer.status}\n\n`,
    );
    return 1;
  }
  if (answer.answers.length === 0) {
    await process.print(`*** Can't find ${answer.name}: No answer\n\n`);
    return busybox ? 0 : 1;
  }
  for (const record of answer.answers) await process.print(`${describe(record)}\n`);
  await process.print('\n');
  return 0;
};

function describe({ name, type, data }: DnsRecord): string {
  const owner = name.replace(/\.$/, '');
  switch (type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${owner}\nAddress: ${data}`;
    case 'CNAME':
      return `${owner}\tcanonical name = ${data}`;
    case 'PTR':
      return `${owner}\tname = ${data}`;
    case 'SRV':
      return `${owner}\tservice = ${data}`;
    case 'NS':
      return `${owner}\tnameserver = ${data}`;
    default:
      return `${owner}\t${type === 'TXT' ? `text = ${data}` : data}`;
  }
}

interface Question {
  readonly name: string;
  readonly type: RecordType;
}

const dig: Program = async (process) => {
  const questions: Question[] = [];
  let type: RecordType | undefined;
  let short = false;
  let search = false;
  let server: string | undefined;
  const shown = {
    comments: true,
    question: true,
    answer: true,
    authority: true,
    additional: true,
    stats: true,
    cmd: true,
  };
  const words = process.argv.slice(1);
  /** A type is about the name before it; where there is none yet, about all that follow. */
  const ask = (wanted: RecordType | undefined) => {
    const last = questions.at(-1);
    if (!wanted || last?.type === 'PTR') return;
    if (last) questions[questions.length - 1] = { ...last, type: wanted };
    else type = wanted;
  };
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const toggle = /^\+(no)?(\w+)/.exec(word);
    if (toggle) {
      const on = !toggle[1];
      if (toggle[2] === 'short') short = on;
      else if (toggle[2] === 'search') search = on;
      else if (toggle[2] === 'all') for (const key of Object.keys(shown)) shown[key as keyof typeof shown] = on;
      else if (Object.hasOwn(shown, toggle[2]!)) shown[toggle[2] as keyof typeof shown] = on;
    } else if (word === '-x') questions.push({ name: reverseName(words[++index] ?? ''), type: 'PTR' });
    else if (word === '-t') ask(asType(words[++index]));
    else if (word.startsWith('@')) server = word.slice(1);
    else if (word.startsWith('-')) continue;
    else if (
      asType(word) &&
      (questions.length > 0 ||
        words.some((other, at) => at > index && !other.startsWith('+') && !other.startsWith('@')))
    ) {
      ask(asType(word));
    } else if (word !== 'IN') questions.push({ name: word, type: type ?? 'A' });
  }
  if (questions.length === 0) questions.push({ name: '.', type: 'NS' });
  const nameserver = server ?? process.network.dns.nameservers[0] ?? '127.0.0.1';
  let code = 0;
  for (const question of questions) {
    let answer: DnsAnswer;
    try {
      if (
        server &&
        !process.network.dns.nameservers.includes(server) &&
        !(await addresses(process, server)).some((address) => process.network.dns.nameservers.includes(address))
      ) {
        await process.print(`;; communications error to ${server}#53: timed out\n;; no servers could be reached\n`);
        return 9;
      }
      answer = await lookup(
        process,
        search || question.name.endsWith('.') ? question.name : `${question.name}.`,
        question.type,
      );
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      await process.print(`;; communications error to ${nameserver}#53: timed out\n;; no servers could be reached\n`);
      code = 9;
      continue;
    }
    if (short) {
      for (const { data } of answer.answers) await process.print(`${data}\n`);
      continue;
    }
    await process.print(digOutput(process, question, answer, nameserver, shown));
  }
  return code;
};

function digOutput(
  process: Process,
  question: Question,
  answer: DnsAnswer,
  nameserver: string,
  shown: Record<string, boolean>,
): string {
  const inZone =
    answer.authority.length > 0 || answer.name.replace(/\.$/, '').endsWith('cluster.local') || question.type === 'PTR';
  const flags = inZone && (answer.status === 'NOERROR' || answer.authority.length > 0) ? 'qr aa rd' : 'qr rd ra';
  const asked = answer.name.replace(/\.$/, '') || '.';
  const id = Math.floor(process.system.random() * 65_536);
  let text = '';
  if (shown.cmd) text += `\n; <<>> DiG 9.18.49 <<>> ${process.argv.slice(1).join(' ')}\n;; global options: +cmd\n`;
  if (shown.comments) {
    text += `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${answer.status}, id: ${id}\n`;
    text += `;; flags: ${flags}; QUERY: 1, ANSWER: ${answer.answers.length}, AUTHORITY: ${answer.authority.length}, ADDITIONAL: ${answer.additional.length + 1}\n`;
    if (!flags.includes('ra')) text += ';; WARNING: recursion requested but not available\n';
    text += '\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n';
  }
  if (shown.question) text += `;; QUESTION SECTION:\n;${asked === '.' ? '.' : `${asked}.`}\t\tIN\t${question.type}\n\n`;
  for (const section of ['answer', 'authority', 'additional'] as const) {
    const records = section === 'answer' ? answer.answers : answer[section];
    if (!shown[section] || records.length === 0) continue;
    if (shown.comments) text += `;; ${section.toUpperCase()} SECTION:\n`;
    text += records.map(({ name, ttl, type, data }) => `${name}\t${ttl}\tIN\t${type}\t${data}\n`).join('');
    text += '\n';
  }
  if (shown.stats) {
    text += `;; Query time: 0 msec\n;; SERVER: ${nameserver}#53(${nameserver}) (UDP)\n;; WHEN: ${strftime('%a %b %d %H:%M:%S UTC %Y', process.system.clock.now())}\n;; MSG SIZE  rcvd: ${60 + (text.length % 200)}\n\n`;
  }
  return text;
}

const host: Program = async (process) => {
  const words = process.argv.slice(1);
  const flag = words.indexOf('-t');
  const type = flag >= 0 ? asType(words[flag + 1]) : undefined;
  const name = words.filter((word, index) => !word.startsWith('-') && (flag < 0 || index !== flag + 1))[0];
  if (name === undefined) {
    await process.error('Usage: host [-t type] name\n');
    return 1;
  }
  const reverse = isIPv4(name);
  const answer = await lookup(process, reverse ? `${reverseName(name)}.` : name, type ?? (reverse ? 'PTR' : 'A')).catch(
    () => undefined,
  );
  if (!answer) {
    await process.print(';; connection timed out; no servers could be reached\n');
    return 1;
  }
  if (answer.status !== 'NOERROR') {
    await process.print(`Host ${reverse ? `${reverseName(name)}.` : name} not found: 3(${answer.status})\n`);
    return 1;
  }
  if (answer.answers.length === 0) {
    await process.print(`${name} has no ${type ?? 'A'} record\n`);
    return 1;
  }
  const verbs: Partial<Record<RecordType, string>> = {
    A: 'has address',
    AAAA: 'has IPv6 address',
    CNAME: 'is an alias for',
    SRV: 'has SRV record',
    PTR: 'domain name pointer',
    NS: 'name server',
    MX: 'mail is handled by',
    TXT: 'descriptive text',
  };
  for (const record of answer.answers)
    await process.print(`${record.name.replace(/\.$/, '')} ${verbs[record.type] ?? record.type} ${record.data}\n`);
  return 0;
};

const getent: Program = async (process) => {
  const [database, ...keys] = process.argv.slice(1);
  if (database === 'passwd' || database === 'group') {
    const lines = (await process.files.readText(`/etc/${database}`).catch(() => '')).split('\n').filter(Boolean);
    const found =
      keys.length === 0
        ? lines
        : lines.filter((line) => keys.includes(line.split(':')[0]!) || keys.includes(line.split(':')[2]!));
    await process.print(found.map((line) => `${line}\n`).join(''));
    return found.length > 0 ? 0 : 2;
  }
  for (const key of keys) {
    const known = await hostsEntry(process, key);
    const answer = known
      ? undefined
      : await lookup(process, isIPv4(key) ? `${reverseName(key)}.` : key, isIPv4(key) ? 'PTR' : 'A').catch(
          () => undefined,
        );
    const records = known
      ? [{ address: known, name: key }]
      : (answer?.answers ?? [])
          .filter(({ type }) => type === 'A' || type === 'PTR')
          .map(({ data }) =>
            isIPv4(key) ? { address: key, name: data.replace(/\.$/, '') } : { address: data, name: answer!.name },
          );
    if (records.length === 0) return 2;
    for (const { address, name } of records) {
      if (database === 'ahosts' || database === 'ahostsv4')
        await process.print(
          `${address.padEnd(15)} STREAM ${name}\n${address.padEnd(15)} DGRAM\n${address.padEnd(15)} RAW\n`,
        );
      else await process.print(`${address.padEnd(15)} ${name}\n`);
    }
  }
  return 0;
};

export const dnsCommands: Readonly<Record<string, Program>> = { nslookup, dig, host, getent };
