/** The history for programs: who did what, by which door, and when. */
import { maySee, summariesFor } from '../../accounts/reach.ts';
import type { Act } from '../../db/history/acts.ts';
import { countUpTo } from '../../db/lists/selection.ts';
import { models } from '../../models/index.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import { staffRule } from './people.ts';
import type { Resource } from './engine/resource.ts';
import { ID, type Outward, type View } from './engine/representation.ts';

/** Acts are counted up to here. */
const MOST_COUNTED = 10_000;

const field = (title: string, schema: JsonSchema, more: Partial<Outward> = {}): Outward => ({ schema: { ...schema, title }, ...more });
const TEXT: JsonSchema = { type: 'string' };
const NUMBER: JsonSchema = { type: 'integer' };
const OBJECT: JsonSchema = { type: 'object', nullable: true };

const changeView: View = {
  table: 'changes',
  data: {
    id: ID,
    model: field('Table of the row', TEXT),
    object: field('Id of the row', NUMBER),
    action: field('What happened', { type: 'string', enum: ['add', 'change', 'delete'] }),
    label: field('What the row is called', TEXT),
    before: field('Values before', OBJECT, { kind: 'json' }),
    after: field('Values after', OBJECT, { kind: 'json' }),
  },
  conceal: async (_db, rights, rows) => rows.map((row) => (maySee(rights, models.find(({ table }) => table === row['model'])) ? {} : { label: '', before: null, after: null })),
};

const actView: View = {
  table: 'acts',
  data: {
    id: ID,
    at: field('When', TEXT),
    user: field('Who, while the account is there', { ...NUMBER, nullable: true }),
    person: field('Name', TEXT),
    surface: field('By which door', TEXT),
    summary: field('What was done', TEXT),
    size: field('How many changes', NUMBER),
    undoes: field('The act that it takes back', { ...NUMBER, nullable: true }),
    undone_by: field('The act that took it back', { ...NUMBER, nullable: true }),
    final: field('Why it can’t be undone', TEXT),
  },
  conceal: async (db, rights, rows) => {
    const summaries = await summariesFor(db, rights, rows as unknown as Pick<Act, 'id' | 'summary' | 'undoes'>[]);
    return rows.map(({ id }) => ({ summary: summaries.get(id) }));
  },
};

export const history: Resource = {
  path: 'history',
  name: 'History',
  label: 'entry of the history',
  plural: 'entries of the history',
  description: 'What was added, changed and deleted, by whom, latest first. For staff, who see of it what they may see anyway; it is written by what is done, and by nothing else.',
  view: actView,
  rule: staffRule('history'),
  filters: {
    person: { column: 'person', kind: 'text', description: 'By the person of this name' },
    user: { column: 'user', kind: 'number', description: 'By the account with this id' },
    surface: { column: 'surface', kind: 'text', description: 'By this door: admin, api, import, command, account or setup' },
    at: { column: 'at', kind: 'moment', description: 'When it was done' },
  },
  orderings: { id: 'id', at: 'at', person: 'person' },
  order: { column: 'id', descending: true },
  expand: { changes: { kind: 'many', view: changeView, column: 'changes.act', order: 'changes.act, changes.id' } },
  size: (db) => countUpTo(db, 'acts', MOST_COUNTED),
  examples: { list: { surface: 'api' } },
};
