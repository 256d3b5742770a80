/**
 * Likes that go with a song are taken off its album once, and albums whose number of likes is wrong by that are
 * counted anew. What an act does to likes of visitors without an account is kept with it, until their session ends.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await replaceSongRemoved(knex, '');
  await knex.raw(`update albums set like_count = (select count(*) from likes join songs on songs.id = likes.song where songs.album = albums.id)
    where like_count <> (select count(*) from likes join songs on songs.id = likes.song where songs.album = albums.id)`);
  await knex.schema.createTable('session_like_changes', (table) => {
    table.integer('act').notNullable().references('acts.id').onDelete('CASCADE');
    // A session's rows go with it: nothing is kept of a visitor who is gone.
    table.text('session').notNullable().references('sessions.id').onDelete('CASCADE');
    // No reference: the song may be what the act has deleted.
    table.integer('song').notNullable();
    // The moment of the like before and after the act; null where there was none.
    table.text('before');
    table.text('after');
    table.primary(['act', 'session', 'song']);
    table.index(['session']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('session_like_changes');
  await replaceSongRemoved(knex, ', like_count = like_count - old.like_count');
}

/** By then the likes are gone, each of which was taken off its album by itself; `old` dates from before. */
async function replaceSongRemoved(knex: Knex, likes: string): Promise<void> {
  await knex.raw('drop trigger song_removed');
  await knex.raw(`create trigger song_removed after delete on songs begin
    update table_sizes set size = size - 1 where name = 'songs';
    update albums set song_count = song_count - 1, stream_total = stream_total - old.num_streams${likes} where id = old.album;
    update artists set song_count = song_count - 1, stream_total = stream_total - old.num_streams
      where name = (select artist from albums where id = old.album);
    update years set song_count = song_count - 1 where year = (select year from albums where id = old.album);
    update words set uses = uses - 1 where word in (${wordsOf});
    delete from words where uses <= 0 and word in (${wordsOf});
    delete from songs_text where rowid = ${docid}; end`);
}

const wordsOf = `select value from json_each('["' || replace(old.song_name_key, ' ', '","') || '"]')`;
/** The number of a song in the search index, as it was when the song was indexed. */
const docid = `(((2000 - length(old.num_streams) * 100 - cast(substr(old.num_streams || '0', 1, 2) as integer)) << 34) + old.id)`;
