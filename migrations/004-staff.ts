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
    // How many changes it made, and why it can't be undone: '' when it can.
    table.integer('size').notNullable().defaultTo(0);
    table.text('final').notNullable().defaultTo('');
    for (const column of ['at', 'user', 'person', 'surface']) table.index([column, 'id']);
  });
  // What an act did, by model and action: the list of acts is narrowed by it without reading every change.
  await knex.schema.createTable('act_kinds', (table) => {
    table.integer('act').notNullable().references('acts.id').onDelete('CASCADE');
    table.text('model').notNullable();
    table.text('action').notNullable();
    table.integer('size').notNullable();
    table.primary(['act', 'model', 'action']);
    table.index(['model', 'action', 'act']);
    table.index(['model', 'act']);
    table.index(['action', 'act']);
  });
  await knex.schema.createTable('changes', (table) => {
    table.increments('id');
    table.integer('act').notNullable().references('acts.id').onDelete('CASCADE');
    table.text('model').notNullable();
    table.integer('object').notNullable();
    // What the row belongs to, such as a song's album, so that an album's history has its songs' too.
    table.integer('parent');
    table.text('action').notNullable();
    table.text('label').notNullable();
    table.text('before');
    table.text('after');
    table.index(['act', 'id']);
    table.index(['model', 'object', 'act']);
    table.index(['model', 'parent', 'act']);
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
  for (const [table, names] of Object.entries(named)) await knex.raw(`alter table ${table} add column has_stray_spaces ${hasStraySpaces(names)}`);
  await knex.schema.alterTable('albums', (table) => table.integer('is_double').notNullable().defaultTo(0));
  await knex.raw('create index albums_of_one_title on albums (name_key, artist_key, is_double)');
  await knex.raw('update albums set is_double = 1 where exists (select 1 from albums as other where other.name_key = albums.name_key and other.artist_key = albums.artist_key and other.id <> albums.id)');
  await knex.raw('create table like_days (day text primary key, likes integer not null default 0) without rowid');
  await knex.raw('insert into like_days (day, likes) select substr(created_at, 1, 10), count(*) from likes group by substr(created_at, 1, 10)');
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
  await knex.raw('create index sessions_of_people on sessions (seen_at, id) where user is not null');
  await knex.schema.alterTable('artists', (table) => table.index(['album_count', 'id']));
  for (const name of ['groups', 'tokens']) await knex('table_sizes').insert({ name, size: 0 });
  for (const [name, sql] of Object.entries(triggers)) await knex.raw(`create trigger ${name} ${sql}`);
}

export async function down(knex: Knex): Promise<void> {
  for (const name of Object.keys(triggers)) await knex.raw(`drop trigger ${name}`);
  await knex('table_sizes').whereIn('name', ['groups', 'tokens']).delete();
  await knex.schema.alterTable('artists', (table) => table.dropIndex(['album_count', 'id']));
  await knex.raw('drop index sessions_of_people');
  await knex.raw('drop index albums_of_a_cover');
  for (const [table, columns] of Object.entries(sorted)) {
    await knex.schema.alterTable(table, (altered) => {
      for (const column of columns) altered.dropIndex([column, 'id']);
    });
  }
  await knex.raw('drop index albums_of_one_title');
  for (const [table, column] of [['songs', 'artist_sort'], ['songs', 'album_sort'], ['songs', 'has_stray_spaces'], ['albums', 'is_double'], ['albums', 'has_stray_spaces'], ['albums', 'cover']]) await knex.raw(`alter table ${table} drop column ${column}`);
  for (const table of ['like_days', 'covers', 'redirects', 'changes', 'act_kinds', 'acts', 'tokens', 'password_links', 'group_permissions', 'user_permissions', 'user_groups', 'groups']) {
    await knex.schema.dropTable(table);
  }
}

/** Columns that a list can be sorted or narrowed by and that had no index of their own. */
const sorted = {
  albums: ['artist_key', 'song_count', 'like_count', 'created_at', 'updated_at', 'has_stray_spaces', 'is_double'],
  songs: ['album_sort', 'artist_sort', 'created_at', 'updated_at', 'has_stray_spaces'],
  users: ['username_key', 'email', 'is_active', 'is_staff', 'is_superuser', 'like_count', 'created_at', 'last_login_at'],
  likes: ['user', 'song', 'created_at'],
};

const copyKeys = (where: string) => `update songs set
  album_sort = (select name_key from albums where id = songs.album),
  artist_sort = (select artist_key from albums where id = songs.album) where ${where};`;
/** The names of which a row's spaces are judged. */
const named = { albums: ['name', 'artist'], songs: ['song_name'] };
const WHITE = '\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000';
/** Those that stray wherever they stand. A wide space between two words is what Japanese writes. */
const NEVER = '\t\n\v\f\r\u0085\u00a0\u2007\u2028\u2029\u202f';
/** White space at an end, two in a row, or one that breaks a line or never does. */
const hasStraySpaces = (names: string[]) => {
  const patterns = [`[${WHITE}]*`, `*[${WHITE}]`, `*[${WHITE}][${WHITE}]*`, `*[${NEVER}]*`];
  return `integer generated always as (${names.flatMap((name) => patterns.map((pattern) => `${name} glob '${pattern}'`)).join(' or ')}) virtual`;
};

/** Whether an album's title is there twice: the flags of all that bear it are turned when they say otherwise. */
const judgeTitle = (row: string) => `update albums set is_double = 1 - is_double where name_key = ${row}.name_key and artist_key = ${row}.artist_key and is_double =
  (select count(*) < 2 from (select 1 from albums as alike where alike.name_key = ${row}.name_key and alike.artist_key = ${row}.artist_key limit 2));`;
const dayOf = (row: string) => `substr(${row}.created_at, 1, 10)`;
const countDay = (row: string) => `insert into like_days (day, likes) values (${dayOf(row)}, 1) on conflict (day) do update set likes = likes + 1;`;
const uncountDay = (row: string) => `update like_days set likes = likes - 1 where day = ${dayOf(row)}; delete from like_days where day = ${dayOf(row)} and likes <= 0;`;

const countLike = (row: string, by: string) => `update songs set like_count = like_count ${by} where id = ${row}.song;
  update albums set like_count = like_count ${by} where id = (select album from songs where id = ${row}.song);`;

const resize = (table: string, by: string) => `update table_sizes set size = size ${by} where name = '${table}';`;

const triggers = {
  song_added_keys: `after insert on songs begin ${copyKeys('id = new.id')} end`,
  song_moved_keys: `after update of album on songs begin ${copyKeys('id = new.id')} end`,
  album_changed_keys: `after update of name_key, artist_key on albums
    when old.name_key <> new.name_key or old.artist_key <> new.artist_key begin ${copyKeys('album = new.id')} end`,
  album_titled: `after insert on albums begin ${judgeTitle('new')} end`,
  album_retitled: `after update of name_key, artist_key on albums
    when old.name_key <> new.name_key or old.artist_key <> new.artist_key begin ${judgeTitle('old')} ${judgeTitle('new')} end`,
  album_untitled: `after delete on albums begin ${judgeTitle('old')} end`,
  like_moved: `after update of song on likes when old.song <> new.song begin ${countLike('old', '- 1')} ${countLike('new', '+ 1')} end`,
  like_dated: `after insert on likes begin ${countDay('new')} end`,
  like_redated: `after update of created_at on likes begin ${uncountDay('old')} ${countDay('new')} end`,
  like_undated: `after delete on likes begin ${uncountDay('old')} end`,
  // Ended, and not deleted with the account: a request that is still running can't bring them back.
  user_removed_sessions: `before delete on users begin update sessions set ended_at = cast(unixepoch('subsec') * 1000 as integer),
    user = null, data = '{}', device = '', address = '' where user = old.id and ended_at is null; end`,
  group_added: `after insert on groups begin ${resize('groups', '+ 1')} end`,
  group_removed: `after delete on groups begin ${resize('groups', '- 1')} end`,
  token_added: `after insert on tokens begin ${resize('tokens', '+ 1')} end`,
  token_removed: `after delete on tokens begin ${resize('tokens', '- 1')} end`,
};
