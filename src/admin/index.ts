/** The door for staff: every address of the admin area. */
import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import { MOST_COVER_BYTES } from '../music/covers.ts';
import type { Door } from '../web/door.ts';
import { actions } from './actions/index.ts';
import { choices } from './list/choices.ts';
import { dashboard } from './dashboard/page.ts';
import { edits } from './form/page.ts';
import { exports } from './list/export.ts';
import { groups } from './people/groups.ts';
import { history, historyOfRows } from './history/page.ts';
import { lists } from './list/page.ts';
import { merges } from './merge/page.ts';
import { sections } from './registry.ts';
import { removals } from './actions/delete.ts';
import { sessions } from './people/sessions.ts';
import { shows } from './form/read.ts';
import { registerUploads } from './form/uploads.ts';
import { secondFactors } from './people/second-factor.ts';
import { userPasswords } from './people/passwords.ts';
import { users } from './people/users.ts';
import { tokens } from './people/tokens.ts';
import { undos } from './history/undo.ts';

/** A form with many rows is longer than any of the site's. */
const BODY_LIMIT = 2 * 1024 * 1024;

/** Registers the area. Each of its routes names the permission that it asks for. */
export async function admin(app: FastifyInstance, door: Door): Promise<void> {
  await app.register(async (area) => {
    area.removeContentTypeParser('application/x-www-form-urlencoded');
    await area.register(formbody, { bodyLimit: BODY_LIMIT });
    await registerUploads(area, MOST_COVER_BYTES);
    area.addHook('onRoute', ({ url, config }) => {
      if ((config?.access ?? 'everybody') === 'everybody') throw new Error(`${url} is open to everybody, and is in the admin area`);
    });
    dashboard(area, door);
    merges(area, door);
    history(area, door);
    undos(area, door);
    for (const section of sections) {
      historyOfRows(area, door, section);
      lists(area, door, section);
      exports(area, door, section);
      actions(area, door, section);
      choices(area, door, section);
      if (section.fields) edits(area, door, section);
      else if (!section.hasOwnForm) shows(area, door, section);
      removals(area, door, section);
    }
    users(area, door);
    userPasswords(area, door);
    secondFactors(area, door);
    groups(area, door);
    sessions(area, door);
    tokens(area, door);
  });
}
