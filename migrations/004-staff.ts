/** What the admin area needs: groups and permissions, tokens, history, redirects, covers, and an index for each column that it sorts by. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('groups', (table) => {
    table.increments('id');
    table.text('name').notNullable();
    table.text('name_key').notNullable().unique();
    table.text('created_at').notNullable();
    table.text('updated_at').notNullable();
    table.index(['name_key', 'id']);
  });
  await knex.schema.createTable('user_groups', (table) => {
    table.integer('user').notNullable().references('users.id').onDelete('CASCADE');
    table.integer('group_id').notNullable().references('groups.id').onDelete('CASCADE');
    table.primary(['user', 'group_id']);
    table.index(['group_id', 'user']);
  });
  await knex.schema.createTable('user_permissions', (table) => {
    table.integer('user').notNullable().references('users.id').onDelete('CASCADE');
    table.text('permission').notNullable();
    table.primary(['user', 'permission']);
  });
  await knex.schema.createTable('group_permissions', (table) => {
    table.integer('group_id').notNullable().references('groups.id').onDelete('CASCADE');
    table.text('permission').notNullable();
    table.primary(['group_id', 'permission']);
  });
  await knex.schema.createTable('password_links', (table) => {
    table.text('hash').primary();
    table.integer('user').notNullable().unique().references('users.id').onDelete('CASCADE');
    table.bigInteger('expires_at').notNullable();
  });
  await knex.schema.createTable('tokens', (table) => {
    table.increments('id');
    table.integer('user').notNullable().references('users.id').onDelete('CASCADE');
    table.text('name').notNullable();
    table.text('scopes').notNullable().defaultTo('');
    // Only a hash: whoever reads the table can't log in with it. `ending` tells people which token it is.
    table.text('hash').notNullable().unique();
    table.text('ending').notNullable();
    table.text('created_at').notNullable();
    table.text('updated_at').notNullable();
    table.text('expires_at').notNullable().defaultTo('');
    table.text('last_used_at').notNullable().defaultTo('');
    for (const column of ['user', 'name', 'created_at', 'expires_at', 'last_used_at']) table.index([column, 'id']);
  });
  await knex.schema.createTable('acts', (table) => {
    table.increments('id');
    table.text('at').notNullable();
    // No reference: what somebody did stays when the account goes.
    table.integer('user');
    table.text('person').notNullable();
    table.text('surface').notNullable();
    table.text('summary').notNullable().defaultTo('');
    table.integer('undoes');
    table.integer('undone_by');
    for (const column of ['at', 'user', 'surface']) table.index([column, 'id']);
  });
  await knex.schema.createTable('changes', (table) => {
    table.increments('id');
    table.integer('act').notNullable().references('acts.id').onDelete('CASCADE');
    table.text('model').notNullable();
    table.integer('object').notNullable();
    table.text('action').notNullable();
    table.text('label').notNullable();
    table.text('before');
    table.text('after');
    table.index(['act', 'id']);
    table.index(['model', 'object', 'id']);
  });
  await knex.schema.createTable('redirects', (table) => {
    table.increments('id');
    table.text('model').notNullable();
    table.integer('old').notNullable();
    table.integer('target').notNullable();
    table.text('created_at').notNullable();
    table.unique(['model', 'old']);
    table.index(['model', 'target']);
  });
  await knex.schema.createTable('covers', (table) => {
    table.text('hash').notNullable();
    table.text('file').notNullable();
    table.binary('content').notNullable();
    table.primary(['hash', 'file']);
  });
  await knex.schema.alterTable('albums', (table) => table.text('cover').notNullable().defaultTo(''));
  await knex.schema.alterTable('songs', (table) => {
    // Copies of the album's, so that an index serves the order by album and by artist.
    table.text('album_sort').notNullable().defaultTo('');
    table.text('artist_sort').notNullable().defaultTo('');
  });
  await knex.raw('update songs set album_sort = (select name_key from albums where id = songs.album), artist_sort = (select artist_key from albums where id = songs.album)');
  for (const [table, columns] of Object.entries(sorted)) {
    await knex.schema.alterTable(table, (altered) => {
      for (const column of columns) altered.index([column, 'id']);
    });
  }
  await knex.raw('create index albums_of_a_cover on albums (cover, id)');
  await knex.schema.alterTable('artists', (table) => table.index(['album_count', 'id']));
  for (const name of ['groups', 'tokens']) await knex('table_sizes').insert({ name, size: 0 });
  for (const [name, sql] of Object.entries(triggers)) await knex.raw(`create trigger ${name} ${sql}`);
}

export async function down(knex: Knex): Promise<void> {
  for (const name of Object.keys(triggers)) await knex.raw(`drop trigger ${name}`);
  await knex('table_sizes').whereIn('name', ['groups', 'tokens']).delete();
  await knex.schema.alterTable('artists', (table) => table.dropIndex(['album_count', 'id']));
  await knex.raw('drop index albums_of_a_cover');
  for (const [table, columns] of Object.entries(sorted)) {
    await knex.schema.alterTable(table, (altered) => {
      for (const column of columns) altered.dropIndex([column, 'id']);
    });
  }
  for (const [table, column] of [['songs', 'artist_sort'], ['songs', 'album_sort'], ['albums', 'cover']]) await knex.raw(`alter table ${table} drop column ${column}`);
  for (const table of ['covers', 'redirects', 'changes', 'acts', 'tokens', 'password_links', 'group_permissions', 'user_permissions', 'user_groups', 'groups']) {
    await knex.schema.dropTable(table);
  }
}

/** Columns that a list can be sorted by and that had no index of their own. */
const sorted = {
  albums: ['artist_key', 'song_count', 'like_count', 'created_at', 'updated_at'],
  songs: ['album_sort', 'artist_sort', 'created_at', 'updated_at'],
  users: ['username_key', 'email', 'is_active', 'is_staff', 'is_superuser', 'like_count', 'created_at', 'last_login_at'],
  likes: ['user', 'song', 'created_at'],
};

const copyKeys = (where: string) => `update songs set
  album_sort = (select name_key from albums where id = songs.album),
  artist_sort = (select artist_key from albums where id = songs.album) where ${where};`;
const resize = (table: string, by: string) => `update table_sizes set size = size ${by} where name = '${table}';`;

const triggers = {
  song_added_keys: `after insert on songs begin ${copyKeys('id = new.id')} end`,
  song_moved_keys: `after update of album on songs begin ${copyKeys('id = new.id')} end`,
  album_changed_keys: `after update of name_key, artist_key on albums
    when old.name_key <> new.name_key or old.artist_key <> new.artist_key begin ${copyKeys('album = new.id')} end`,
  group_added: `after insert on groups begin ${resize('groups', '+ 1')} end`,
  group_removed: `after delete on groups begin ${resize('groups', '- 1')} end`,
  token_added: `after insert on tokens begin ${resize('tokens', '+ 1')} end`,
  token_removed: `after delete on tokens begin ${resize('tokens', '- 1')} end`,
};
