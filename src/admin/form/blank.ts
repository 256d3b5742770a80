/** What stands in a row of a form before anybody types into it. */
import type { Field } from '../../schema/fields.ts';
import type { Inline } from '../section.ts';

/** What a new field holds. */
export function initialOf(field: Field | undefined): string {
  return field?.kind === 'wholeNumber' && field.whenEmpty !== undefined ? String(field.whenEmpty) : '';
}

/** Whether nothing was typed into a new row. */
export function isBlank({ model, fields }: Inline, values: Record<string, string>): boolean {
  return fields.every((name) => ['', initialOf(model.fields[name])].includes((values[name] ?? '').trim()));
}
