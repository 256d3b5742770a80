/** Permissions as a grid to tick: what they are about, and what one may do with it. */
import { nounInWords, type Permission, permissionInWords, permissionsByNoun, VERBS } from '../../accounts/permissions.ts';
import { badRequest } from '../../errors.ts';
import { isPermission } from '../../accounts/permissions.ts';
import type { Grid } from './views.ts';

type Choice = {
  chosen: ReadonlySet<string>;
  /** Whether a permission is left as it is. */
  isLocked(permission: Permission): boolean;
  /** Those that come from groups. */
  inherited?: ReadonlySet<string>;
  isReadOnly: boolean;
  note: string;
};

/** The grid with what is ticked in it. */
export function gridOf({ chosen, isLocked, inherited = new Set(), isReadOnly, note }: Choice): Grid {
  const rows = permissionsByNoun.map(({ noun, permissions }) => ({
    label: capital(nounInWords(noun)),
    cells: VERBS.map((verb) => permissions.find((permission) => permission === `${verb}_${noun}`)).map((permission) => permission && {
      permission,
      label: capital(permissionInWords(permission)),
      isChecked: chosen.has(permission),
      isLocked: isLocked(permission),
      isInherited: inherited.has(permission),
    }),
  }));
  return { rows, isReadOnly, note };
}

/** What a form says of permissions; throws a GuestError (400) for one that there is not. */
export function permissionsIn(values: readonly string[]): Permission[] {
  return [...new Set(values)].map((value) => {
    if (!isPermission(value)) throw badRequest(`There is no permission "${value.slice(0, 40)}". Reload the page and try again.`);
    return value;
  });
}

/** Permissions in words, in the order of the grid. */
export function permissionsInWords(values: readonly string[]): string {
  const ordered = permissionsByNoun.flatMap(({ permissions }) => permissions).filter((permission) => values.includes(permission));
  return ordered.length === 0 ? 'None' : capital(ordered.map(permissionInWords).join(', '));
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
