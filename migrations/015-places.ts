/** No two songs have one place on an album. Where some did, the songs of the album are numbered anew, in their order. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`update songs set position = numbered.place
    from (select id, row_number() over (partition by album order by position, id) as place from songs
      where album in (select album from songs group by album, position having count(*) > 1)) as numbered
    where numbered.id = songs.id and songs.position <> numbered.place`);
  await knex.schema.alterTable('songs', (table) => {
    table.unique(['album', 'position'], { indexName: 'places_of_songs' });
    table.dropIndex(['album', 'position', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('songs', (table) => {
    table.index(['album', 'position', 'id']);
    table.dropUnique(['album', 'position'], 'places_of_songs');
  });
}
