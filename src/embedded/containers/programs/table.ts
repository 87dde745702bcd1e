import type { Workload } from '../../../workloads/host.ts';
import { kubia } from '../../../workloads/kubia/kubia.ts';
import { kubiaPeers } from '../../../workloads/kubia/peers.ts';
import { mehdb } from '../../../workloads/mehdb/mehdb.ts';
import { mongod } from '../../../workloads/mongodb/mongod.ts';
import { mongosh } from '../../../workloads/mongodb/shell/mongosh.ts';
import { mysql } from '../../../workloads/mysql/clients/mysql.ts';
import { mysqladmin } from '../../../workloads/mysql/clients/mysqladmin.ts';
import { mysqldump } from '../../../workloads/mysql/clients/mysqldump.ts';
import { mysqld } from '../../../workloads/mysql/server/mysqld.ts';
import { quizApi } from '../../../workloads/quiz/quiz-api.ts';
import { attributeCommands } from '../commands/attributes.ts';
import { blockCommands } from '../commands/blocks.ts';
import { fileCommands } from '../commands/files.ts';
import { listCommands } from '../commands/list.ts';
import { httpCommands } from '../commands/network/curl.ts';
import { dnsCommands } from '../commands/network/dns-tools.ts';
import { socketCommands } from '../commands/network/sockets.ts';
import { systemCommands } from '../commands/system.ts';
import { tar } from '../commands/tar.ts';
import { textCommands } from '../commands/text.ts';
import type { Program } from '../process/process.ts';
import { type ToolPool, toolNames } from '../tools/tool-pool.ts';
import { agnhost } from './agnhost/agnhost.ts';
import { nodeProgram } from './node.ts';
import { lazyShells } from './shells.ts';
import { systemServices } from './system-services.ts';
import { apache, httpd, nginx, updateDemo } from './web-servers.ts';
import { workloadProgram } from './workload-host.ts';

/** The example applications by the name that image files carry: `workload:NAME`. */
export const workloads: Readonly<Record<string, Workload>> = {
  kubia,
  'kubia-peers': kubiaPeers,
  mehdb,
  mysqld,
  mysql,
  mysqladmin,
  mysqldump,
  mongod,
  mongosh,
  'quiz-api': quizApi,
};

/** Every program an executable file can name. */
export function programTable(tools: ToolPool): ReadonlyMap<string, Program> {
  const table = new Map<string, Program>();
  for (const name of toolNames) table.set(name, tools.program(name));
  const own = {
    ...fileCommands,
    ...attributeCommands,
    ...blockCommands,
    ...listCommands,
    ...textCommands,
    ...systemCommands,
    ...dnsCommands,
    ...httpCommands,
    ...socketCommands,
  };
  for (const [name, program] of Object.entries(own)) table.set(name, program);
  for (const [name, workload] of Object.entries(workloads)) table.set(`workload:${name}`, workloadProgram(workload));
  for (const [name, program] of Object.entries(lazyShells())) table.set(name, program);
  for (const [name, program] of Object.entries({ tar, agnhost, nginx, apache, httpd, 'update-demo': updateDemo }))
    table.set(name, program);
  for (const [name, program] of systemServices) table.set(name, program);
  table.set(
    'node',
    nodeProgram((name) => table.get(name)),
  );
  return table;
}
