/** Merging two albums that are the same: choose the other one, compare them side by side, merge. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { act } from '../../db/history/writer.ts';
import { badRequest, GuestError } from '../../errors.ts';
import type { Album } from '../../models/album.ts';
import { albumById, albumCards } from '../../music/albums.ts';
import { alikeAlbums, likesToMerge, merge, MERGED_FIELDS, type Merge, type MergedField, mergeOf, type Side } from '../../music/merge.ts';
import { findIds } from '../../music/search.ts';
import type { Door } from '../../web/door.ts';
import { formOf } from '../../web/forms.ts';
import { idIn, textOf } from '../../web/query.ts';
import { flash } from '../../web/session.ts';
import { authorOf, demand, staffOnly } from '../../web/staff.ts';
import * as text from '../../web/text.ts';
import * as urls from '../../web/urls.ts';
import { adminPage } from '../frame.ts';
import { mergeView } from './preview.ts';

const FOUND = 20;
const SUGGESTED = 10;
const GONE = 'The album that you chose is gone. It may have been deleted, or merged into another. Choose again.';

type Choices = Partial<Record<MergedField, Side>>;

/** GET and POST /admin/albums/:id/merge. */
export function merges(app: FastifyInstance, { db }: Door): void {
  const path = `${urls.admin.list('albums')}/:id/merge`;
  app.get(path, staffOnly(db, 'change_album'), async (request, reply) => {
    demandAll(request);
    const id = idIn(request.params);
    const chosen = textOf(request.query, 'with');
    if (chosen === undefined) return choose(request, reply, await albumById(db, id));
    const other = urls.idOf(chosen);
    if (other === undefined || String(other) !== chosen) return choose(request, reply, await albumById(db, id), GONE);
    return orChooseAgain(request, reply, id, async () => compare(request, reply, await mergeOf(db, id, other)));
  });

  app.post(path, staffOnly(db, 'change_album'), async (request, reply) => {
    demandAll(request);
    const id = idIn(request.params);
    const { with: other, seen, ...sides } = formOf(request, ['with', 'seen', ...MERGED_FIELDS]);
    const chosen = choicesOf(sides);
    return orChooseAgain(request, reply, id, async () => {
      const done = await act(db, authorOf(request), async (writer) => {
        const found = await mergeOf(writer.db, id, urls.idOf(other) ?? 0);
        if (found.digest !== seen) return { found, act: undefined };
        await merge(writer, found, chosen);
        return { found, act: writer.act };
      });
      if (done.act === undefined) return compare(request, reply, done.found, chosen);
      const { kept, pairs, moving } = done.found;
      const name = chosen.name === 'other' ? done.found.other.name : kept.name;
      flash(request, {
        kind: 'ok',
        text: `Merged two albums into “${name}”: ${text.plural(pairs.length, 'song')} joined, ${text.number(moving.length)} moved.`,
        undo: { action: urls.admin.undo(done.act), label: 'Undo' },
      });
      return reply.redirect(urls.admin.edit('albums', kept.id), 303);
    });
  });

  /** Shows the choice once more when the chosen album can't be taken. */
  async function orChooseAgain(request: FastifyRequest, reply: FastifyReply, id: number, work: () => Promise<FastifyReply>): Promise<FastifyReply> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof GuestError) || error.status !== 422) throw error;
      return choose(request, reply, await albumById(db, id), error.message);
    }
  }

  async function choose(request: FastifyRequest, reply: FastifyReply, album: Album, problem?: string): Promise<FastifyReply> {
    const q = textOf(request.query, 'q') ?? '';
    const ids = q === '' ? (await alikeAlbums(db, album, SUGGESTED)).map(({ id }) => id) : (await findIds(db, 'albums', q, FOUND + 1)).ids.filter((id) => id !== album.id).slice(0, FOUND);
    const title = `Merge “${album.name}” with another album`;
    if (problem !== undefined) reply.code(422);
    return adminPage(db, request, reply, 'admin/merge-choose', {
      title,
      action: urls.admin.merge(album.id),
      q,
      form: { values: {}, errors: problem === undefined ? {} : { [ids.length > 0 ? `with-${ids[0]}` : 'q']: problem } },
      choices: await albumCards(db, ids),
      cancel: urls.admin.edit('albums', album.id),
    }, placeOf(album, 'Merge'));
  }

  async function compare(request: FastifyRequest, reply: FastifyReply, found: Merge, chosen?: Choices): Promise<FastifyReply> {
    // With choices the form was sent, and something has changed since it was drawn.
    if (chosen) reply.code(409);
    return adminPage(db, request, reply, 'admin/merge', mergeView(found, await likesToMerge(db, found), chosen), placeOf(found.kept, 'Merge'));
  }
}

/** Everything that a merge does, somebody must be allowed to do by hand. */
function demandAll(request: FastifyRequest): void {
  for (const permission of ['delete_album', 'change_song', 'delete_song'] as const) demand(request, permission);
}

function choicesOf(sides: Record<MergedField, string>): Choices {
  const chosen: Choices = {};
  for (const field of MERGED_FIELDS) {
    const side = sides[field];
    if (side === '') continue;
    if (side !== 'kept' && side !== 'other') throw badRequest(`The form has no such choice for “${field}”. Reload the page and try again.`);
    chosen[field] = side;
  }
  return chosen;
}

function placeOf(album: Album, title: string): Parameters<typeof adminPage>[5] {
  return { title, nav: 'albums', trail: [{ label: 'Albums', href: urls.admin.list('albums') }, { label: album.name, href: urls.admin.edit('albums', album.id) }] };
}
