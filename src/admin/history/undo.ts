/** Undoing an entry of the history, and the page that says what stands in the way. */
import type { FastifyInstance } from 'fastify';
import { actAs } from '../../accounts/rank.ts';
import { lackingToUndo, summariesFor } from '../../accounts/reach.ts';
import { permissionInWords } from '../../accounts/permissions.ts';
import { actById, kindsOf } from '../../db/history/acts.ts';
import { undo } from '../../db/history/undo.ts';
import { forbidden, InTheWay } from '../../errors.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { safeNext } from '../../web/next.ts';
import { idIn } from '../../web/query.ts';
import { flash } from '../../web/session.ts';
import { authorOf, staffOf, staffOnly } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { adminPage } from '../frame.ts';
import { depthOf } from './acts.ts';

/**
 * POST /admin/history/:id/undo (next). For all staff, with or without a look at the whole history:
 * accounts/reach.ts says who may take back what.
 */
export function undos(app: FastifyInstance, { db }: Door): void {
  app.post('/admin/history/:id/undo', staffOnly(db, 'staff'), async (request, reply) => {
    const { next } = formOf(request, ['next']);
    const id = idIn(request.params);
    const act = await actById(db, id);
    const staff = staffOf(request);
    const lacking = lackingToUndo(staff, staff.id, act, (await kindsOf(db, [id])).get(id) ?? []);
    if (lacking.length > 0) throw forbidden(`You cannot undo this: it takes the permission to ${text.list(lacking.map(permissionInWords))}.`);
    const back = next === '' ? urls.admin.dashboard : safeNext(next);
    const isUndo = (await depthOf(db, act)) % 2 === 1;
    const summary = (await summariesFor(db, staff, [act])).get(id) ?? '';
    try {
      const { act: done, remarks } = await undo(db, authorOf(request), id, actAs);
      flash(request, {
        kind: 'ok',
        text: [`${isUndo ? 'Redone' : 'Undone'}: ${act.person} ${summary.replace(/\.$/, '')}.`, ...remarks].join(' '),
        undo: { action: urls.admin.undo(done), label: isUndo ? 'Undo' : 'Redo' },
      });
      return reply.redirect(back, 303);
    } catch (error) {
      if (!(error instanceof InTheWay)) throw error;
      const title = isUndo ? 'This can’t be redone' : 'This can’t be undone';
      return adminPage(db, request, reply.code(409), 'admin/undo-refused', {
        title, verb: isUndo ? 'redo' : 'undo', summary: `${act.person} ${summary}`, reasons: error.reasons, isHindered: act.final === '' && act.undone_by === null, act: urls.admin.act(id), back,
      }, { title, nav: 'history', trail: [{ label: 'History', href: urls.admin.history }] });
    }
  });
}
