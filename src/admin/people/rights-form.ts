/** What the forms of users and groups share: which rights somebody may give, and how what was typed is read and kept. */
import type { FastifyRequest } from 'fastify';
import { may, type Permission } from '../../accounts/permissions.ts';
import type { GroupChoice } from '../../accounts/groups.ts';
import { mayGive } from '../../accounts/rank.ts';
import type { Snapshot } from '../../db/history/change.ts';
import { badRequest, GuestError, InvalidInput } from '../../errors.ts';
import { formWithLists } from '../../web/forms.ts';
import { PROOF_FIELD } from '../../web/proof.ts';
import type { Staff } from '../../web/staff.ts';
import type { Pick } from '../conflict/people.ts';
import { permissionsIn } from './permission-grid.ts';

/** What a form holds of a row: texts, flags and sets by the name of the field. */
/** `seen` is the last change when the form was drawn; on the page of a conflict also the one `before`. */
export type Typed = {
  values: Snapshot;
  seen: number | undefined;
  before: number | undefined;
  verb: 'save' | 'continue' | 'another';
  picks: ReadonlyMap<string, Pick>;
  /** Boxes that were ticked and are about the saving, not about the row. */
  choices: ReadonlySet<string>;
  /** Their own password, where the form asked for it. */
  proof: string;
};
/** What is wrong with a form, and how to answer. */
export type Fault = { errors: Record<string, string>; summary?: string | undefined; status: number };
type Kinds = { texts: readonly string[]; flags: readonly string[]; sets: readonly string[]; choices?: readonly string[] };

const VERBS = ['save', 'continue', 'another'] as const;

/**
 * Reads a form by an allow-list. What is not sent is empty, or not ticked.
 * @throws GuestError 400 for what the form can't have sent
 */
export function readTyped(request: FastifyRequest, { texts, flags, sets, choices = [] }: Kinds): Typed {
  const names = [...texts, ...flags, ...sets];
  const form: Record<string, string | string[]> = formWithLists(request, [...texts, ...flags, ...choices, 'seen', 'before', 'do', PROOF_FIELD, ...names.map((name) => `pick.${name}`)], sets);
  const verb = VERBS.find((one) => one === (form['do'] || 'save'));
  if (!verb) throw badRequest('The form has no such button. Reload the page and try again.');
  const values: Snapshot = {};
  for (const name of texts) values[name] = String(form[name]);
  for (const name of flags) values[name] = form[name] === 'on';
  for (const name of sets) values[name] = membersIn(name, form[name] as string[]);
  const picks = names.map((name): [string, string] => [name, String(form[`pick.${name}`])]).filter((entry): entry is [string, Pick] => ['theirs', 'mine'].includes(entry[1]));
  return { values, seen: seenIn('seen', form), before: seenIn('before', form), verb, picks: new Map(picks), proof: String(form[PROOF_FIELD]), choices: new Set(choices.filter((name) => form[name] === 'on')) };
}

/** What was typed as the fields of a form, for the page that asks about a conflict. */
export function hiddenOf({ values, ...typed }: Typed, seen: number): [string, string][] {
  const pairs = Object.entries(values).flatMap(([name, value]): [string, string][] => {
    if (Array.isArray(value)) return value.map((member) => [name, String(member)]);
    if (typeof value === 'boolean') return value ? [[name, 'on']] : [];
    return [[name, String(value)]];
  });
  return [['before', String(typed.before ?? typed.seen ?? 0)], ['seen', String(seen)], ...[...typed.choices].map((name): [string, string] => [name, 'on']), ...pairs];
}

/** Which rights somebody leaves as they are in the form of this account, or of a group. */
export function locksOf(staff: Staff, account?: number): { permission(name: string): boolean; group(group: GroupChoice): boolean; flag(name: string): boolean } {
  const isOwn = staff.id === account;
  return {
    permission: (name) => !staff.isSuperuser && (isOwn || !may(staff, name as Permission)),
    group: ({ permissions }) => !staff.isSuperuser && (isOwn || !mayGive(staff, permissions)),
    flag: (name) => !staff.isSuperuser && (name === 'is_superuser' || (name === 'is_staff' && isOwn)),
  };
}

/** A set as it was asked for: what is locked stays in it. */
export function withLocked<Member extends string | number>(wanted: readonly Member[], now: readonly Member[], isLocked: (member: Member) => boolean): Member[] {
  return [...new Set([...wanted, ...now.filter(isLocked)])];
}

/** What a refusal says at the form; undefined for an error that is no refusal. */
export function faultOf(error: unknown): Fault | undefined {
  if (error instanceof InvalidInput) return { errors: error.fields, status: 422 };
  if (error instanceof GuestError && (error.status === 403 || error.status === 422)) return { errors: {}, summary: error.message, status: error.status };
  return undefined;
}

function membersIn(name: string, values: readonly string[]): string[] | number[] {
  if (name === 'permissions') return permissionsIn(values);
  return [...new Set(values)].map((value) => {
    if (!/^[1-9]\d{0,14}$/.test(value)) throw badRequest(`The form has a number in "${name}" that can’t be. Reload the page and try again.`);
    return Number(value);
  });
}

function seenIn(name: string, form: Record<string, string | string[]>): number | undefined {
  const text = String(form[name]);
  if (text === '') return undefined;
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`The form has no number in "${name}". Reload the page and try again.`);
  return Number(text);
}
