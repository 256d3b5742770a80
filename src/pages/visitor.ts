/** Who is looking, and what the frame of every page shows of them. */
import type { FastifyRequest } from 'fastify';
import type { Db } from '../db/db.ts';
import { type Liker, likedAmong, likedCount } from '../music/likes.ts';
import type { SongEntry } from '../music/songs.ts';
import type { Personal } from '../web/render.ts';
import { ensureSession, personOf, sessionKey, takeFlash } from '../web/session.ts';
import type { SongRow } from '../web/views.ts';


/** Who likes, when the visitor has an account or a session already. */
export async function likerOf(request: FastifyRequest): Promise<Liker | undefined> {
  const person = await personOf(request);
  if (person) return { user: person.id };
  const session = sessionKey(request);
  return session === undefined ? undefined : { session };
}

/** Who likes from now on: a visitor without a session gets one. */
export async function likerFor(request: FastifyRequest): Promise<Liker> {
  return (await likerOf(request)) ?? { session: await ensureSession(request) };
}

/** Songs as rows with the hearts of the visitor. Likes of a session count for the visitor alone. */
export async function withHearts(db: Db, request: FastifyRequest, songs: SongEntry[]): Promise<SongRow[]> {
  const liker = await likerOf(request);
  const liked = await likedAmong(db, liker, songs.map((song) => song.id));
  return songs.map((song) => heart(song, liker, liked.has(song.id)));
}

function heart(song: SongEntry, liker: Liker | undefined, liked: boolean): SongRow {
  const own = liked && liker !== undefined && 'session' in liker ? 1 : 0;
  return { ...song, like_count: song.like_count + own, liked };
}

/** The personal part of the frame. */
export function personalOf(db: Db): Personal {
  return async (request) => {
    const liker = await likerOf(request);
    if (!liker) return { likedCount: 0, flash: [] };
    const person = await personOf(request);
    return {
      person: person && { username: person.username, isStaff: person.isStaff },
      likedCount: await likedCount(db, liker),
      flash: takeFlash(request),
    };
  };
}
