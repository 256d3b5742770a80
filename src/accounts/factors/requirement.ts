/** Whether somebody has to have a second factor, decided here for pages, the admin area and the API alike. */
import type { Db } from '../../db/db.ts';
import { hasSecondFactor } from './second-factor.ts';

/** Who has to have one. */
export type Requirement = 'nobody' | 'staff';
type Ranked = { isStaff: boolean; isSuperuser: boolean };

/** Said wherever staff are held up. */
export const NEEDS_FACTOR = 'Staff need a second factor on this site. Set one up under Account, Security.';

/** Whether this account has to have one: that of staff, and of a superuser, who may do more. */
export function mustHaveFactor(requirement: Requirement, { isStaff, isSuperuser }: Ranked): boolean {
  return requirement === 'staff' && (isStaff || isSuperuser);
}

/** Whether this account has to have one and has none: until it has, it may do what any account may. */
export async function lacksFactor(db: Db, requirement: Requirement, account: Ranked & { id: number }): Promise<boolean> {
  return mustHaveFactor(requirement, account) && !(await hasSecondFactor(db, account.id));
}
