/** The README tells how a model is added to the admin area: here it is done, on a copy of the project, and counted. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');

const FILES = {
  'migrations/900-labels.ts': `/** The companies that publish records. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('labels', (table) => {
    table.increments('id');
    table.text('name').notNullable();
    table.integer('founded').notNullable();
    table.text('created_at').notNullable();
    table.text('updated_at').notNullable();
    table.index(['name', 'id']);
    table.index(['founded', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('labels');
}
`,
  'src/models/label.ts': `/** What a label is: a company that publishes records. */
import { defineModel } from '../schema/define-model.ts';
import { moment, text, wholeNumber } from '../schema/fields.ts';

export const label = defineModel({
  table: 'labels',
  label: 'label',
  plural: 'labels',
  title: 'name',
  fields: {
    name: text('Label name', 100),
    founded: wholeNumber('Founded', { min: 1850, max: 2100 }),
    created_at: moment('Added'),
    updated_at: moment('Changed'),
  },
});
`,
  'src/admin/sections/labels.ts': `/** Labels in the admin area. */
import { label } from '../../models/label.ts';
import type { Section } from '../section.ts';

export const labels: Section = {
  model: label,
  path: 'labels',
  title: 'Labels',
  group: 'Catalogue',
  rows: 'select * from labels where id in',
  columns: [
    { name: 'name', label: 'Name', sort: 'name' },
    { name: 'founded', label: 'Founded', kind: 'number', sort: 'founded' },
  ],
  order: 'name',
  fields: ['name', 'founded'],
  bulkFields: ['founded'],
};
`,
};

/** The entries in the lists: a line that is looked for, and what is put before it. */
const ENTRIES: [file: string, before: string, line: string][] = [
  ['src/models/index.ts', "import { like }", "import { label } from './label.ts';\n"],
  ['src/models/index.ts', '];\n', ', label'],
  ['src/admin/registry.ts', "import { likes }", "import { labels } from './sections/labels.ts';\n"],
  ['src/admin/registry.ts', '];\n', ', labels'],
];

/** What an administrator does with the new section; prints what was seen. */
const VISIT = `
import { testApp, visitor } from './testing/app.ts';
import { createUser } from './accounts/users.ts';
import { test } from 'node:test';
test('visit', async (t) => {
  const site = await testApp(t);
  await createUser(site.db, { username: 'mara', password: 'clouds over Kent', is_staff: true, is_superuser: true });
  const mara = visitor(site);
  await mara.post('/login', { username: 'mara', password: 'clouds over Kent', next: '/admin' });
  const seen = {};
  seen.wrong = await mara.post('/admin/labels/add', { name: 'Blue Note', founded: 'long ago', seen: '0', do: 'save' });
  seen.added = await mara.post('/admin/labels/add', { name: 'Blue Note', founded: '1939', seen: '0', do: 'save' });
  seen.list = await mara.get('/admin/labels?order=-founded');
  seen.form = await mara.get('/admin/labels/1');
  seen.history = await mara.get('/admin/labels/1/history');
  seen.deletion = await mara.get('/admin/labels/1/delete');
  seen.exported = await mara.get('/admin/labels/export.csv');
  seen.permissions = await mara.get('/admin/groups/add');
  console.log('SEEN' + JSON.stringify(Object.fromEntries(Object.entries(seen).map(([name, answer]) => [name, [answer.statusCode, answer.body]]))));
});
`;

test('a model is in the admin area, with list, form, history, deletion, export and permissions, by three short files and four lines', (t) => {
  const copy = mkdtempSync(join(tmpdir(), 'tracklist-model-'));
  t.after(() => rmSync(copy, { recursive: true }));
  for (const folder of ['src', 'views', 'public', 'migrations', 'package.json', 'tsconfig.json']) cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const [file, text] of Object.entries(FILES)) writeFileSync(join(copy, file), text);
  for (const [file, before, line] of ENTRIES) {
    const text = readFileSync(join(copy, file), 'utf8');
    assert.ok(text.includes(before), `${file} has no ${before}`);
    writeFileSync(join(copy, file), text.replace(before, `${line}${before}`));
  }
  writeFileSync(join(copy, 'src/visit.ts'), VISIT);

  const output = execFileSync(process.execPath, ['--test-reporter=spec', join(copy, 'src/visit.ts')], { encoding: 'utf8' });
  const seen = JSON.parse(/SEEN(\{.*\})/.exec(output)?.[1] ?? '{}') as Record<string, [status: number, body: string]>;
  assert.equal(seen['wrong']?.[0], 422);
  assert.match(seen['wrong']?.[1] ?? '', /Founded must be a whole number[\s\S]*value="long ago"/);
  assert.equal(seen['added']?.[0], 303);
  assert.match(seen['list']?.[1] ?? '', /<a href="\/admin\/labels\/1"><bdi>Blue Note<\/bdi><\/a>/);
  assert.match(seen['form']?.[1] ?? '', /value="1,?939"/);
  assert.match(seen['history']?.[1] ?? '', /Blue Note/);
  assert.match(seen['deletion']?.[1] ?? '', /Delete Blue Note\?/);
  assert.equal(seen['exported']?.[1], '\ufeffid,name,founded\r\n1,Blue Note,1939\r\n');
  assert.match(seen['permissions']?.[1] ?? '', /change_label/);

  const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '').length;
  const took = { migration: lines(FILES['migrations/900-labels.ts']), model: lines(FILES['src/models/label.ts']), section: lines(FILES['src/admin/sections/labels.ts']), entries: ENTRIES.length };
  assert.deepEqual(took, { migration: 16, model: 15, section: 17, entries: 4 });
});
