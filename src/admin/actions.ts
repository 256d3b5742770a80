/** What can be done with several rows at once. */
import { may } from '../accounts/permissions.ts';
import type { Staff } from '../web/staff.ts';
import { offers, type Section } from './section.ts';

/** The actions that somebody may choose from in a section. */
export function actionsFor(section: Section, staff: Staff): { value: string; label: string }[] {
  const { label, plural } = section.model;
  const actions: { value: string; label: string }[] = [];
  if (section.bulkFields && offers(section, 'change') && may(staff, `change_${label}`)) actions.push({ value: 'edit', label: `Edit selected ${plural}` });
  actions.push({ value: 'csv', label: `Export selected ${plural} as CSV` }, { value: 'json', label: `Export selected ${plural} as JSON` });
  if (offers(section, 'delete') && may(staff, `delete_${label}`)) actions.push({ value: 'delete', label: `Delete selected ${plural}` });
  return actions;
}
