/** The forms that add and change a row of a section, with the rows that are edited along. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Permission } from '../../accounts/permissions.ts';
import { actAs } from '../../accounts/rank.ts';
import { badRequest } from '../../errors.ts';
import { redirectOf } from '../../music/redirects.ts';
import type { Door } from '../../web/door.ts';
import { type KeepOutcome, oncePerForm, takeFormKey } from '../../web/form-keys.ts';
import { idIn } from '../../web/query.ts';
import { flash } from '../../web/session.ts';
import { authorOf, demand, staffOf, staffOnly } from '../../web/staff.ts';
import * as urls from '../../web/urls.ts';
import { showConflict } from '../conflict/page.ts';
import { COVER_FILE, isCoverVerb, takeCover } from './covers.ts';
import { type Shown, showForm } from './draw.ts';
import { deletedInWords, deletionOf, historyLink, showGone } from './gone.ts';
import { judge, type Mistakes, type Wanted } from './judge.ts';
import { type Posted, readPosted, rightsIn } from './posted.ts';
import { referencesOf } from './references.ts';
import { addRow, changeRow, type Outcome } from './save.ts';
import { nameOf, offers, type Section } from '../section.ts';
import { rowsOf } from '../list/selected.ts';
import { readUpload } from './uploads.ts';

const SAVES = ['save', 'continue', 'another', 'copy'];

/** GET and POST /admin/albums/add and /admin/albums/:id. */
export function edits(app: FastifyInstance, door: Door, section: Section): void {
  const { label } = section.model;
  if (offers(section, 'add')) {
    app.get(urls.admin.add(section.path), staffOnly(door.db, `add_${label}`), (request, reply) => showForm(door, request, reply, section, {}));
    app.post(urls.admin.add(section.path), guardOf(door, section, `add_${label}`), (request, reply) => answer(door, request, reply, section));
  }
  const path = `${urls.admin.list(section.path)}/:id`;
  app.get(path, staffOnly(door.db, `view_${label}`), (request, reply) => showForm(door, request, reply, section, { id: idIn(request.params) }));
  if (!offers(section, 'change')) return;
  app.post(path, guardOf(door, section, `change_${label}`), async (request, reply) => {
    const id = idIn(request.params);
    await section.refuse?.(door.db, request, 'change', [id]);
    return answer(door, request, reply, section, id);
  });
}

/** Who may send this form, and whether it may bring a cover along. */
function guardOf({ db }: Door, { cover }: Section, permission: Permission) {
  const { config, preHandler } = staffOnly(db, permission);
  return { preHandler, config: cover === undefined ? config : { ...config, takesFiles: true as const } };
}

type Form = { id?: number | undefined; posted: Posted };

async function answer(door: Door, request: FastifyRequest, reply: FastifyReply, section: Section, id?: number): Promise<FastifyReply> {
  const { posted, mistakes } = await readForm(door, request, section);
  const form: Form = { id, posted };
  const added = section.inlines?.find(({ model }) => posted.verb === `add-${model.table}`)?.model.table;
  if (added !== undefined) return redraw(door, request, reply, section, { ...form, added });
  if (isCoverVerb(posted.verb) && section.cover !== undefined) return redraw(door, request, reply, section, { ...form, mistakes, status: mistakes ? 422 : 200 });
  if (posted.verb === 'find' || isSearching(section, posted)) return redraw(door, request, reply, section, form);
  if (!SAVES.includes(posted.verb)) throw badRequest('The form has no such button. Reload the page and try again.');
  const judged = judge(section, posted);
  if ('mistakes' in judged || mistakes) return redraw(door, request, reply, section, { ...form, mistakes: joined('mistakes' in judged ? judged.mistakes : undefined, mistakes), status: 422 });
  return save(door, request, reply, section, form, judged.wanted);
}

async function save(door: Door, request: FastifyRequest, reply: FastifyReply, section: Section, { id, posted }: Form, wanted: Wanted): Promise<FastifyReply> {
  const isNew = id === undefined || posted.verb === 'copy';
  if (!isNew) return store(door, request, reply, section, { id, posted, wanted });
  demand(request, `add_${section.model.label}`);
  const beside = section.cover === undefined ? '' : posted.values[section.cover];
  return oncePerForm(door.db, request, reply, { beside: beside ?? '', work: (keep) => store(door, request, reply, section, { id, posted, wanted, keep }) });
}

type Storing = Form & { wanted: Wanted; /** Only where a row is added. */ keep?: KeepOutcome };

async function store(door: Door, request: FastifyRequest, reply: FastifyReply, section: Section, { id, posted, wanted, keep }: Storing): Promise<FastifyReply> {
  const rights = new Map((section.inlines ?? []).map((inline) => [inline, rightsIn(inline, staffOf(request))]));
  const { outcome, stored } = await actAs(door.db, authorOf(request), async (writer) => {
    const result: Outcome = keep || id === undefined ? await addRow(writer, section, wanted, rights) : await changeRow(writer, section, id, posted, wanted, rights);
    if (result.kind === 'saved') await keep?.(writer.db, { location: pathAfter(section, { id: result.id, verb: posted.verb }) });
    return { outcome: result, stored: writer.act };
  });
  if (outcome.kind === 'saved') return leave(door, request, reply, section, { id: outcome.id, isNew: keep !== undefined, act: stored, verb: posted.verb });
  if (outcome.kind === 'mistakes') return redraw(door, request, reply, section, { id, posted, mistakes: outcome.mistakes, status: 422 });
  if (outcome.kind === 'conflict') return showConflict(door, request, reply, section, { id: id as number, conflict: outcome.conflict, posted });
  if (outcome.kind === 'gone') return redraw(door, request, reply, section, { id, posted });
  const notice = { text: 'The database was put back to an earlier state while this form was open. Compare the values with those of the page, then save again.' };
  return redraw(door, request, reply, section, { id, posted: { ...posted, seen: undefined, before: undefined }, notice, status: 409 });
}

/** What was sent, with the picture that came along, which is kept whatever becomes of the rest. */
async function readForm({ db }: Door, request: FastifyRequest, section: Section): Promise<{ posted: Posted; mistakes?: Mistakes | undefined }> {
  const file = section.cover === undefined ? undefined : await readUpload(request, COVER_FILE);
  takeFormKey(request);
  if (section.cover === undefined) return { posted: readPosted(request, section) };
  const posted = readPosted(request, section);
  const { hash, problem } = await takeCover(db, { hash: posted.values[section.cover], file, verb: posted.verb });
  if (hash !== undefined) posted.values[section.cover] = hash;
  const told = problem === undefined ? undefined : { [COVER_FILE]: problem };
  return { posted, mistakes: told && { fields: told, summary: told } };
}

function joined(one: Mistakes | undefined, other: Mistakes | undefined): Mistakes {
  return { fields: { ...one?.fields, ...other?.fields }, summary: { ...one?.summary, ...other?.summary } };
}

/** The form again with what was typed; for a row that is gone meanwhile, as a form that adds it anew. */
async function redraw(door: Door, request: FastifyRequest, reply: FastifyReply, section: Section, shown: Shown & Form): Promise<FastifyReply> {
  const { id, posted } = shown;
  if (id === undefined || (await rowsOf(door.db, section, [id])).length > 0) return showForm(door, request, reply, section, shown);
  const deletion = await deletionOf(door.db, section.model, id);
  const stays = await redirectOf(door.db, section.model.table, id);
  if (!deletion || !offers(section, 'add')) return showGone(door, request, reply, section, id);
  const rows: Posted['rows'] = new Map([...posted.rows].map(([inline, some]) => [inline, some.map((row, index) => ({ ...row, id: undefined, key: `new${index + 1}` }))]));
  const history = historyLink(request, section, id);
  return showForm(door, request, reply, section, {
    posted: { ...posted, rows },
    status: 409,
    notice: stays !== undefined ? {
      text: `${deletion.person} merged this ${section.model.label} into another one meanwhile. What you typed is below: carry it over to the one that stays, or save it as a new ${section.model.label}.`,
      link: { href: urls.admin.edit(section.path, stays), label: 'The one that stays' },
    } : {
      text: `${deletedInWords(section.model, deletion)} What you typed is below: save it as a new ${section.model.label}, or ask for the deletion to be undone in its history.`,
      link: history === undefined ? undefined : { href: history, label: 'History' },
    },
  });
}

/** After a save: on to the page that the button leads to, with a sentence about it. */
async function leave({ db }: Door, request: FastifyRequest, reply: FastifyReply, section: Section, done: { id: number; isNew: boolean; act: number | undefined; verb: string }): Promise<FastifyReply> {
  const [row] = await rowsOf(db, section, [done.id]);
  const name = row ? nameOf(section, row) : section.model.label;
  if (done.act === undefined) flash(request, { kind: 'ok', text: 'Nothing was changed.' });
  else flash(request, { kind: 'ok', text: `${done.isNew ? 'Added' : 'Saved'} ${name}.`, undo: { action: urls.admin.undo(done.act), label: 'Undo' } });
  return reply.redirect(pathAfter(section, done), 303);
}

function pathAfter(section: Section, { id, verb }: { id: number; verb: string }): string {
  if (verb === 'another') return urls.admin.add(section.path);
  return verb === 'continue' || verb === 'copy' ? urls.admin.edit(section.path, id) : urls.admin.list(section.path);
}

/** Whether Enter was pressed in a search field whose text was not looked for yet: it means that search, not to save. */
function isSearching(section: Section, { values }: Posted): boolean {
  return referencesOf(section).some(([name]) => {
    const words = (values[`${name}.find`] ?? '').trim();
    return words !== '' && words !== (values[`${name}.found`] ?? '').trim();
  });
}
