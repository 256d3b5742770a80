/**
 * The one validation. It judges a form, an API body, a line of a file and a command's flag alike, with
 * the same sentences, before any engine sees the value.
 */
import type { FieldErrors } from '../errors.ts';
import { addressOf } from './address.ts';
import type { Input, Model } from './define-model.ts';
import { writtenFields } from './define-model.ts';
import type { Field, TextField, WholeNumberField } from './fields.ts';

export type Parsed<T> = { ok: true; value: T } | { ok: false; errors: FieldErrors };
type Judged = { value: unknown } | { error: string };

/**
 * Reads raw values by a model. A field that is missing from `raw` counts as empty.
 * @returns every typed-in field with its value, or a sentence for each field that is refused.
 */
export function parse<M extends Model>(model: M, raw: Record<string, unknown>): Parsed<Input<M>> {
  const value: Record<string, unknown> = {};
  const errors: FieldErrors = {};
  for (const name of writtenFields(model)) {
    const judged = judge(model.fields[name] as Field, raw[name]);
    if ('error' in judged) errors[name] = judged.error;
    else value[name] = judged.value;
  }
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, value: value as Input<M> };
}

/** The number of characters of a text: Unicode code points, as Django and PostgreSQL count them. */
export function lengthOf(text: string): number {
  // Few texts hold a surrogate pair; counting code points costs only where one does.
  return /[\ud800-\udfff]/.test(text) ? Array.from(text).length : text.length;
}

/** Removes white space (Unicode White_Space) at both ends, in one pass: an expression for the end would start anew at each space. */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && WHITE_SPACE.test(text.charAt(start))) start += 1;
  while (end > start && WHITE_SPACE.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** One character. */
const WHITE_SPACE = /\p{White_Space}/u;

/** True for a day that exists, written YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith('0000')) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function judge(field: Field, raw: unknown): Judged {
  if (field.kind === 'text') return judgeText(field, raw);
  if (field.kind === 'wholeNumber') return judgeWholeNumber(field, raw);
  if (field.kind === 'date') return judgeDate(raw, field.label);
  if (field.kind === 'flag') return { value: raw === true || raw === 'true' || raw === 'on' };
  return judgeReference(field.label, raw);
}

function judgeText(field: TextField, raw: unknown): Judged {
  if (raw !== undefined && typeof raw !== 'string') return { error: `${field.label} must be text.` };
  const value = trimmed(raw ?? '');
  if (value === '') return field.optional ? { value } : { error: `Enter ${withArticle(field.label)}.` };
  if (value.includes('\0')) return { error: `${field.label} must not contain a null character.` };
  if (/[\ud800-\udfff]/.test(value) && !value.isWellFormed()) return { error: `${field.label} holds half a character. Type it again.` };
  const length = lengthOf(value);
  if (length > field.max) {
    return { error: `${field.label} must be at most ${field.max} characters. It has ${length}.` };
  }
  // What is no address stays as it was typed: the rules of an account refuse it, together with all else that is wrong.
  return { value: field.format === 'address' ? addressOf(value) ?? value : value };
}

function judgeWholeNumber(field: WholeNumberField, raw: unknown): Judged {
  const text = typeof raw === 'number' ? String(raw) : typeof raw === 'string' ? trimmed(raw) : raw === undefined ? '' : undefined;
  if (text === '' && field.whenEmpty !== undefined) return { value: field.whenEmpty };
  if (text === undefined || !/^(\d+|\d{1,3}(,\d{3})+)$/.test(text)) {
    return { error: `${field.label} must be a whole number, like 1,234,567.` };
  }
  const value = Number(text.replaceAll(',', ''));
  if (value < field.min || value > field.max) {
    return { error: `${field.label} must be between ${inWords(field.min)} and ${inWords(field.max)}.` };
  }
  return { value };
}

function judgeDate(raw: unknown, label: string): Judged {
  const text = typeof raw === 'string' ? trimmed(raw) : '';
  if (text === '') return { error: `Enter ${withArticle(label)}, like 1985-09-16.` };
  return isDay(text) ? { value: text } : { error: `Enter ${withArticle(label)} that exists, like 1985-09-16.` };
}

function judgeReference(label: string, raw: unknown): Judged {
  const id = typeof raw === 'number' ? raw : typeof raw === 'string' && /^[1-9]\d{0,15}$/.test(raw) ? Number(raw) : Number.NaN;
  return Number.isSafeInteger(id) && id > 0 ? { value: id } : { error: `Choose ${withArticle(label)}.` };
}

/** 'Release date' -> 'a release date' */
export function withArticle(label: string): string {
  const word = label.toLowerCase();
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
}

function inWords(number: number): string {
  return number.toLocaleString('en');
}
