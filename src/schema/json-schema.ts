/** The JSON Schema of a field, for documentation and for those who check before they send. */
import type { Model } from './define-model.ts';
import type { Field } from './fields.ts';

/** https://json-schema.org/draft/2020-12: what of it is used here. */
export type JsonSchema = {
  type?: string | string[];
  title?: string;
  description?: string;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  enum?: readonly (string | number)[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  additionalProperties?: boolean | JsonSchema;
  readOnly?: boolean;
  writeOnly?: boolean;
  nullable?: boolean;
  oneOf?: readonly JsonSchema[];
  $ref?: string;
  examples?: readonly unknown[];
};

/** What a value of the field looks like in JSON. */
export function fieldSchema(field: Field): JsonSchema {
  const about = { title: field.label, ...('hint' in field && field.hint ? { description: field.hint } : {}) };
  switch (field.kind) {
    case 'text': return { type: 'string', ...about, ...(field.optional ? {} : { minLength: 1 }), maxLength: field.max };
    case 'wholeNumber': return { type: 'integer', ...about, minimum: field.min, maximum: field.max };
    case 'reference': return { type: 'integer', ...about, minimum: 1 };
    case 'date': return { type: 'string', format: 'date', ...about };
    case 'moment': return { type: 'string', ...about, description: 'A moment in UTC, or empty' };
    case 'flag': return { type: 'boolean', ...about };
    case 'set': return { type: 'array', ...about, items: field.to === undefined ? { type: 'string' } : { type: 'integer', minimum: 1 } };
    case 'kept': return { type: field.holds === 'number' ? 'integer' : 'string', ...about };
    default: return { type: 'string', ...about };
  }
}

/** Some fields of a model as an object. */
export function objectSchema(model: Model, fields: readonly string[], required: readonly string[] = fields): JsonSchema {
  const properties = Object.fromEntries(fields.map((name) => [name, name === 'id' ? ID : fieldSchema(model.fields[name] as Field)]));
  return { type: 'object', properties, required };
}

const ID: JsonSchema = { type: 'integer', title: 'ID', minimum: 1, readOnly: true };
