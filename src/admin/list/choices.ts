/** Rows to choose from while somebody types: for a form's script, which draws them in place of a page. */
import type { FastifyInstance } from 'fastify';
import type { Door } from '../../web/door.ts';
import { textOf } from '../../web/query.ts';
import { staffOf, staffOnly } from '../../web/staff.ts';
import * as urls from '../../web/urls.ts';
import { findOptions } from '../form/references.ts';
import { type Section, seenBy } from '../section.ts';

/** GET /admin/albums/choices?q=…, for every section that can be searched. */
export function choices(app: FastifyInstance, { db }: Door, section: Section): void {
  if (!section.search) return;
  app.get(urls.admin.choices(section.path), staffOnly(db, `view_${section.model.label}`), async (request) => {
    const seen = seenBy(staffOf(request), section);
    const words = textOf(request.query, 'q');
    return { choices: words === undefined ? [] : await findOptions(db, seen, words) };
  });
}
