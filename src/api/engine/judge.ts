/** Judges what a client sends, in the words of Django REST framework, by the limits that the models have. */
import type { Db, Value } from '../../db/db.ts';
import { addressOf } from '../../schema/address.ts';
import type { DateField, Field, ReferenceField, SetField, TextField, WholeNumberField } from '../../schema/fields.ts';
import { isDay, lengthOf, trimmed } from '../../schema/parse.ts';
import { pythonName } from './body.ts';
import { refusedFields } from './errors.ts';
import type { Input } from './endpoint.ts';

/** What a field may hold once it is judged. */
export type JudgedValue = Value | boolean | (string | number)[];
type Judged = { value: JudgedValue } | { fault: string };

const MOST_MEMBERS = 1000;

/**
 * Reads the fields of a body; unknown ones are left out.
 * @param partial whether fields may be missing, as in a PATCH
 * @throws ApiError 400 with every fault of every field
 */
export async function judge(db: Db, input: Input, raw: Record<string, unknown>, { partial = false } = {}): Promise<Record<string, JudgedValue>> {
  const { values, faults } = await judged(db, input, raw, { partial });
  if (Object.keys(faults).length > 0) throw refusedFields(faults);
  return values;
}

/** The same for who has more to say about the fields: what is good, and what is wrong with the others. */
export async function judged(db: Db, input: Input, raw: Record<string, unknown>, { partial = false } = {}): Promise<{ values: Record<string, JudgedValue>; faults: Record<string, string[]> }> {
  const values: Record<string, JudgedValue> = {};
  const faults: Record<string, string[]> = {};
  for (const [name, { field, isRequired, isWriteOnly }] of Object.entries(input.fields)) {
    if (!Object.hasOwn(raw, name)) {
      if (isRequired && !partial) faults[name] = ['This field is required.'];
      continue;
    }
    const one = await judgeField(db, field, raw[name], isWriteOnly ?? false);
    if ('fault' in one) faults[name] = [one.fault];
    else values[name] = one.value;
  }
  return { values, faults };
}

async function judgeField(db: Db, field: Field, raw: unknown, isSecret: boolean): Promise<Judged> {
  if (raw === null || raw === undefined) return { fault: 'This field may not be null.' };
  if (field.kind === 'text') return judgeText(field, raw, isSecret);
  if (field.kind === 'wholeNumber') return judgeWholeNumber(field, raw);
  if (field.kind === 'date') return judgeDate(field, raw);
  if (field.kind === 'reference') return judgeReference(db, field, raw);
  if (field.kind === 'flag') return judgeFlag(raw);
  if (field.kind === 'set') return judgeSet(db, field, raw);
  return { fault: 'Not a valid value.' };
}

function judgeFlag(raw: unknown): Judged {
  const text = typeof raw === 'object' ? '' : String(raw).trim().toLowerCase();
  if (['true', 't', 'yes', 'y', 'on', '1'].includes(text)) return { value: true };
  return ['false', 'f', 'no', 'n', 'off', '0'].includes(text) ? { value: false } : { fault: 'Must be a valid boolean.' };
}

/** A member that is sent twice is there once. */
async function judgeSet(db: Db, { to }: SetField, raw: unknown): Promise<Judged> {
  if (!Array.isArray(raw)) return { fault: `Expected a list of items but got type "${pythonName(raw)}".` };
  if (raw.length > MOST_MEMBERS) return { fault: `Ensure this field has no more than ${MOST_MEMBERS} elements.` };
  const members = new Set<string | number>();
  for (const one of raw as unknown[]) {
    if (to === undefined && typeof one !== 'string') return { fault: 'Not a valid string.' };
    const judged = to === undefined ? { value: one as string } : await judgeReference(db, { to }, one);
    if ('fault' in judged) return judged;
    members.add(judged.value as string | number);
  }
  return { value: [...members] };
}

/** A password is never trimmed. */
function judgeText(field: TextField, raw: unknown, isSecret: boolean): Judged {
  if (typeof raw !== 'string' && typeof raw !== 'number') return { fault: 'Not a valid string.' };
  const value = isSecret ? String(raw) : trimmed(String(raw));
  if (value === '' && !field.optional) return { fault: 'This field may not be blank.' };
  if (value.includes('\0')) return { fault: 'Null characters are not allowed.' };
  if (!value.isWellFormed()) return { fault: 'Surrogate characters are not allowed.' };
  if (lengthOf(value) > field.max) return { fault: `Ensure this field has no more than ${field.max} characters.` };
  return { value: field.format === 'address' ? addressOf(value) ?? value : value };
}

function judgeWholeNumber(field: WholeNumberField, raw: unknown): Judged {
  const text = typeof raw === 'number' || typeof raw === 'string' ? String(raw).trim().replace(/\.0*$/, '') : '';
  if (text.length > 1000) return { fault: 'String value too large.' };
  if (!/^[+-]?\d+$/.test(text)) return { fault: 'A valid integer is required.' };
  const value = Number(text);
  if (value > field.max) return { fault: `Ensure this value is less than or equal to ${field.max}.` };
  return value < field.min ? { fault: `Ensure this value is greater than or equal to ${field.min}.` } : { value };
}

/** `2020-1-2` is taken as 2020-01-02, and a moment is no day. */
function judgeDate(_field: DateField, raw: unknown): Judged {
  const [, year, month, day] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typeof raw === 'string' ? raw.trim() : '') ?? [];
  const value = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`;
  return isDay(value) ? { value } : { fault: 'Date has wrong format. Use one of these formats instead: YYYY-MM-DD.' };
}

async function judgeReference(db: Db, { to }: Pick<ReferenceField, 'to'>, raw: unknown): Promise<Judged> {
  if (raw === '') return { fault: 'This field may not be null.' };
  const text = typeof raw === 'number' || typeof raw === 'string' ? String(raw).trim() : '';
  if (!/^[+-]?\d+$/.test(text)) return { fault: `Incorrect type. Expected pk value, received ${pythonName(raw)}.` };
  const id = Number(text);
  const isThere = Number.isSafeInteger(id) && (await db.first(`select 1 from ${to} where id = :id`, { id })) !== undefined;
  return isThere ? { value: id } : { fault: `Invalid pk "${text}" - object does not exist.` };
}
