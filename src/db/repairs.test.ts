/** Migrations that repair what an earlier version has stored. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import knex, { type Knex } from 'knex';
import * as visitorsLikes from '../../migrations/014-visitors-likes.ts';
import * as places from '../../migrations/015-places.ts';
import { testDb } from '../testing/app.ts';

/** A migrated database in the hands of Knex, as a migration has it. */
async function migrated(t: TestContext): Promise<Knex> {
  const db = await testDb(t);
  const { file } = (await db.first<{ file: string }>("select file from pragma_database_list where name = 'main'")) as { file: string };
  const folder = mkdtempSync(join(tmpdir(), 'tracklist-repair-'));
  await db.run('delete from words');
  copyFileSync(file, join(folder, 'copy.db'));
  const own = knex({ client: 'better-sqlite3', connection: { filename: join(folder, 'copy.db') }, useNullAsDefault: true });
  t.after(async () => {
    await own.destroy();
    rmSync(folder, { recursive: true });
  });
  return own;
}

const ALBUM = { name: 'Blue', artist: 'Joni Mitchell', year_released: '1971-06-22', name_key: 'blue', artist_key: 'joni mitchell', sleeve: 's', created_at: '', updated_at: '' };
const song = (id: number, position: number) => ({ id, song_name: `Song ${id}`, album: 1, num_streams: 1, position, song_name_key: `song ${id}`, created_at: '', updated_at: '' });

test('songs that share a place are numbered anew, in their order; other albums stay as they are', async (t) => {
  const own = await migrated(t);
  await places.down(own);
  await own('albums').insert([{ id: 1, ...ALBUM }, { id: 2, ...ALBUM, name: 'Hejira', name_key: 'hejira' }]);
  await own('songs').insert([song(1, 1), song(2, 3), song(3, 3), song(4, 7), { ...song(5, 4), album: 2 }]);
  await places.up(own);
  assert.deepEqual(await own('songs').select('id', 'position').orderBy('id'), [{ id: 1, position: 1 }, { id: 2, position: 2 }, { id: 3, position: 3 }, { id: 4, position: 4 }, { id: 5, position: 4 }]);
  await assert.rejects(own('songs').insert(song(6, 4)), /UNIQUE/);
});

test('an album whose likes were taken off twice has the right number again', async (t) => {
  const own = await migrated(t);
  await visitorsLikes.down(own);
  await own('albums').insert({ id: 1, ...ALBUM });
  await own('songs').insert([song(1, 1), song(2, 2)]);
  await own('users').insert({ id: 1, username: 'ann', username_key: 'ann', password_hash: '', created_at: '', updated_at: '' });
  await own('likes').insert([1, 2].map((id) => ({ user: 1, song: id, created_at: '' })));
  await own('songs').where({ id: 1 }).delete();
  assert.equal((await own('albums').first('like_count')).like_count, 0, 'as it was');
  await visitorsLikes.up(own);
  assert.equal((await own('albums').first('like_count')).like_count, 1);
  await own('songs').where({ id: 2 }).delete();
  assert.equal((await own('albums').first('like_count')).like_count, 0);
});
