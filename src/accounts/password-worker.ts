/** Runs in a thread of its own: a hash takes a tenth of a second, and pages must not wait for it. */
import bcrypt from 'bcryptjs';
import { isCommon } from './common-passwords.ts';

export type Task =
  | { kind: 'hash'; secret: string; cost: number }
  | { kind: 'check'; secret: string; hash: string }
  | { kind: 'look up'; password: string };

export default function work(task: Task): string | boolean {
  if (task.kind === 'hash') return bcrypt.hashSync(task.secret, task.cost);
  if (task.kind === 'check') return bcrypt.compareSync(task.secret, task.hash);
  return isCommon(task.password);
}
