/** Liking by form, and the list of liked songs. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { like, LIKED_ON_A_PAGE, likedCount, likedPage, restore, unlike, unlikeAll } from '../music/likes.ts';
import { foundOrMerged } from '../music/redirects.ts';
import { songById } from '../music/songs.ts';
import type { Door } from '../web/door.ts';
import { formOf, wantsJson } from '../web/forms.ts';
import { safeNext } from '../web/next.ts';
import { pagingOf } from '../web/paging.ts';
import { choiceOf, idIn, pageOf } from '../web/query.ts';
import { flash, sessionExpiry } from '../web/session.ts';
import * as text from '../web/text.ts';
import * as urls from '../web/urls.ts';
import type { LikeAnswer } from '../web/views.ts';
import { likerFor, likerOf, withHearts } from './visitor.ts';

declare module 'fastify' {
  interface Session {
    /** What "Remove all" has removed, for its undo. */
    removedLikes?: { song: number; created_at: string }[];
  }
}

/** An undo keeps its songs in the session, which is no place for a library. */
const MOST_TO_UNDO = 5000;

/** POST /songs/:id/like and /unlike, GET /liked, and removing all of them. */
export function likes(app: FastifyInstance, door: Door): void {
  const { db } = door;

  app.post('/songs/:id/like', async (request, reply) => {
    const { next } = formOf(request, ['next']);
    const song = await foundOrMerged(db, 'songs', idIn(request.params), (id) => songById(db, id));
    await like(db, await likerFor(request), song.id);
    return liked(door, request, reply, song.id, next);
  });

  app.post('/songs/:id/unlike', async (request, reply) => {
    const { next } = formOf(request, ['next']);
    const song = await foundOrMerged(db, 'songs', idIn(request.params), (id) => songById(db, id));
    const liker = await likerOf(request);
    if (liker) await unlike(db, liker, song.id);
    if (liker && !wantsJson(request) && urls.pathOf(next) === urls.likedPath()) {
      flash(request, { kind: 'ok', text: `Removed “${song.song_name}” from your liked songs.`, undo: { action: urls.likePath(song.id), label: 'Undo' } });
    }
    return liked(door, request, reply, song.id, next);
  });

  app.get('/liked', async (request, reply) => {
    const order = choiceOf(request.query, 'order', ['newest', 'artist', 'streams']);
    const page = pageOf(request.query);
    const liker = await likerOf(request);
    const found = liker ? await likedPage(db, liker, order, page) : { songs: [], total: 0 };
    return reply.page('pages/liked', {
      order,
      songs: await withHearts(db, request, found.songs),
      expires: liker && 'session' in liker ? sessionExpiry(request) : undefined,
      paging: pagingOf({ page, size: LIKED_ON_A_PAGE, total: found.total, href: (number) => urls.likedPath({ order, page: number }) }),
    }, { title: 'Liked songs', nav: 'liked' });
  });

  app.get(urls.likedRemoveAll, async (request, reply) => {
    const liker = await likerOf(request);
    const count = liker ? await likedCount(db, liker) : 0;
    if (count === 0) return reply.redirect(urls.likedPath(), 303);
    return reply.page('pages/liked-remove-all', { count }, { title: `Remove all ${text.plural(count, 'song')}?`, nav: 'liked' });
  });

  app.post(urls.likedRemoveAll, async (request, reply) => {
    formOf(request, []);
    const liker = await likerOf(request);
    const removed = liker ? await unlikeAll(db, liker) : [];
    if (removed.length > 0) {
      const canUndo = removed.length <= MOST_TO_UNDO;
      if (canUndo) request.session.set('removedLikes', removed);
      const sentence = `Removed ${text.plural(removed.length, 'song')} from your liked songs.`;
      flash(request, { kind: 'ok', text: sentence, undo: canUndo ? { action: urls.likedRestore, label: 'Undo' } : undefined });
    }
    return reply.redirect(urls.likedPath(), 303);
  });

  app.post(urls.likedRestore, async (request, reply) => {
    formOf(request, ['next']);
    const liker = await likerOf(request);
    const removed = request.session.get('removedLikes') ?? [];
    if (liker && removed.length > 0) {
      const back = await restore(db, liker, removed);
      request.session.set('removedLikes', undefined);
      flash(request, { kind: 'ok', text: `Put ${text.plural(back, 'song')} back.` });
    }
    return reply.redirect(urls.likedPath(), 303);
  });
}

/** After a like: back to the row, or the new state for the script. */
async function liked({ db }: Door, request: FastifyRequest, reply: FastifyReply, id: number, next: string): Promise<FastifyReply> {
  if (!wantsJson(request)) return reply.redirect(safeNext(next || urls.likedPath()), 303);
  const liker = await likerOf(request);
  const [row] = await withHearts(db, request, [await songById(db, id)]);
  const answer: LikeAnswer = { liked: row?.liked ?? false, like_count: row?.like_count ?? 0, liked_count: liker ? await likedCount(db, liker) : 0 };
  return reply.send(answer);
}
