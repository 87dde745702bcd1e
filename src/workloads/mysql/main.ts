import { runOnNode } from '../node-host.ts';
import { mysql } from './clients/mysql.ts';
import { mysqladmin } from './clients/mysqladmin.ts';
import { mysqldump } from './clients/mysqldump.ts';
import { mysqld } from './server/mysqld.ts';

/** What the container image starts, and the commands in it: the first argument says which. */
await runOnNode({ mysqld, mysql, mysqladmin, mysqldump });
