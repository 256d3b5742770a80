/** The people of the admin area's tests, each logged in with a browser of their own. */
import type { TestContext } from 'node:test';
import { createUser } from '../accounts/users.ts';
import { insert, update } from '../db/save.ts';
import { rowOf } from '../db/history/writer.ts';
import { group } from '../models/group.ts';
import { user } from '../models/user.ts';
import { type TestApp, testApp, type Visitor, visitor } from './app.ts';

export const PASSWORD = 'correct-horse-battery';

export type Cast = TestApp & {
  /** A superuser; staff who may view and change users; an ordinary user. */
  mara: Visitor; tomas: Visitor; ann: Visitor;
  ids: { mara: number; tomas: number; ann: number };
};

/** A site with mara, tomas and ann, with settings of its own. */
export async function castOf(t: TestContext, environment: Record<string, string> = {}): Promise<Cast> {
  const site = await testApp(t, environment);
  const ids = {
    mara: await createUser(site.db, { username: 'mara', password: PASSWORD, is_staff: true, is_superuser: true }),
    tomas: await createUser(site.db, { username: 'tomas', password: PASSWORD, is_staff: true }),
    ann: await createUser(site.db, { username: 'ann', password: PASSWORD, email: 'ann@example.org' }),
  };
  await permit(site, ids.tomas, ['view_user', 'change_user']);
  return { ...site, ids, mara: await loggedIn(site, 'mara'), tomas: await loggedIn(site, 'tomas'), ann: await loggedIn(site, 'ann') };
}

/** Gives somebody these permissions and no others. */
export async function permit({ db }: Pick<TestApp, 'db'>, id: number, permissions: string[]): Promise<void> {
  const row = await rowOf(db, user, id);
  if (row) await update(db, user, row, { permissions });
}

/** Adds a group, and gives its id. */
export function addGroup({ db }: Pick<TestApp, 'db'>, name: string, permissions: string[], members: number[] = []): Promise<number> {
  return insert(db, group, { name, permissions, members });
}

/** Somebody's browser after logging in. */
export async function loggedIn(site: TestApp, username: string, password = PASSWORD): Promise<Visitor> {
  const browser = visitor(site);
  await browser.post('/login', { username, password, next: '/' });
  return browser;
}
