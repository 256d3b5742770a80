/** Loaded into a process by `--import`: its driver says of every write that the disk is full. */
import { breakDriver } from './small-disk.ts';

breakDriver('SQLITE_FULL', 'write');
