/**
 * Names are compared by full case folding: `straße` and `STRASSE` are one. Where accounts or groups that had
 * names of their own become namesakes by it, the oldest has the key, and each other one its own number after
 * it, behind a separator that no username can hold. Nobody loses a name.
 */
import type { Knex } from 'knex';

type Row = { id: number; name: string; key: string };
const TABLES = [['users', 'username', 'username_key'], ['groups', 'name', 'name_key'], ['tokens', 'name', 'name_key']] as const;
const SEPARATOR = '\u001f';
/** So many rows are looked at at once. */
const CHUNK = 10_000;

export async function up(knex: Knex): Promise<void> {
  for (const [table, name, key] of TABLES) await rename(knex, { table, name, key, isUnique: table !== 'tokens' }, folded);
}

export async function down(knex: Knex): Promise<void> {
  for (const [table, name, key] of TABLES) await rename(knex, { table, name, key, isUnique: false }, lowered);
}

/** Stores the key of each row that has another now: first the marks, so that a key is free before its first owner gets it. */
async function rename(knex: Knex, { table, name, key, isUnique }: { table: string; name: string; key: string; isUnique: boolean }, keyOf: (name: string) => string): Promise<void> {
  const changed: Row[] = [];
  const first = new Map<string, number>();
  for (let after = 0; ;) {
    const rows = (await knex(table).select('id', `${name} as name`, `${key} as key`).where('id', '>', after).orderBy('id').limit(CHUNK)) as Row[];
    for (const row of rows) {
      const wanted = keyOf(row.name);
      if (isUnique && !first.has(wanted)) first.set(wanted, row.id);
      const owner = first.get(wanted) ?? row.id;
      const given = owner === row.id ? wanted : wanted + SEPARATOR + row.id;
      if (given !== row.key) changed.push({ ...row, key: given });
    }
    const last = rows.at(-1);
    if (!last) break;
    after = last.id;
  }
  const isMark = (row: Row) => row.key !== keyOf(row.name);
  for (const row of [...changed.filter(isMark), ...changed.filter((each) => !isMark(each))]) await knex(table).where({ id: row.id }).update({ [key]: row.key });
}

/** As it was when this migration was written, whatever becomes of it in the program. */
function folded(name: string): string {
  const fold = (text: string) => Array.from(text, (character) => (character === 'ı' ? character : character.toLowerCase().toUpperCase().toLowerCase())).join('');
  return fold(fold(name.normalize('NFD')).normalize('NFKC')).normalize('NFKC');
}

function lowered(name: string): string {
  return name.normalize('NFKC').toLowerCase().normalize('NFKC');
}
