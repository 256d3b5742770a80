/** What every file of a door is given to register its routes with. */
import type { Config } from '../config.ts';
import type { Db } from '../db/db.ts';

export type Door = { db: Db; config: Config };
