/** The way from an album or a song that was merged into another to the one that stays. */
import { defineModel } from '../schema/define-model.ts';
import { internal, moment, wholeNumber } from '../schema/fields.ts';

export const redirect = defineModel({
  table: 'redirects',
  label: 'redirect',
  plural: 'redirects',
  unique: [['model', 'old']],
  fields: {
    model: internal('What was merged'),
    old: wholeNumber('Old id', { min: 1 }),
    target: wholeNumber('Id that stays', { min: 1 }),
    created_at: moment('Added'),
  },
});
