/** Runs in a thread of its own: a hash takes a tenth of a second, and pages must not wait for it. */
import bcrypt from 'bcryptjs';

export type Task = { kind: 'hash'; password: string; cost: number } | { kind: 'check'; password: string; hash: string };

export default function work(task: Task): string | boolean {
  return task.kind === 'hash' ? bcrypt.hashSync(task.password, task.cost) : bcrypt.compareSync(task.password, task.hash);
}
