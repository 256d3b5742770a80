/** What an endpoint is: one address with its methods, what each takes and gives, and what a handler is given. Types alone; serve.ts answers. */
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Field } from '../../schema/fields.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import type { Door } from '../../web/door.ts';
import type { Caller } from './caller.ts';
import type { CallLimits } from './limits.ts';
import type { Form } from './negotiate.ts';
import type { Method, Rule } from './rules.ts';

/** A request that has been let through. */
export type Call = { request: FastifyRequest; caller: Caller; parameters: Record<string, string>; query: Record<string, unknown>; form: Form };
/** What a handler gives back: `data` becomes JSON, `stream` is sent as it is. */
export type Answer = { status?: number; data?: unknown; stream?: Readable; type?: string; headers?: Record<string, string>; /** `data` as JSON, where it has been written already. */ json?: string };
export type Handler = (call: Call) => Promise<Answer>;

export type Endpoint = {
  /** Below /api, without a closing slash: `/song/:pk`. */
  path: string;
  /** As OPTIONS and the browsable pages call it. */
  name: string;
  description?: string;
  rule: Rule;
  methods: Partial<Record<Method, Handler>>;
  /** What each method takes and gives, for OPTIONS, the forms, the documentation and its tests. */
  operations: Partial<Record<Method, Operation>>;
  /** Further forms of the answer than JSON and HTML. */
  forms?: readonly Form[];
};

/** What every endpoint is given: the door of the house, how often somebody may call, and every endpoint for the links of pages. */
export type ApiDoor = Door & { limits: CallLimits; endpoints: readonly Endpoint[] };

/** A field that is sent: its limits are the model's. `isWriteOnly` is a password: taken and never shown. */
export type InputField = { field: Field; isRequired: boolean; isWriteOnly?: boolean };
/** What is sent, by name. `readOnly` names what the answer holds besides and a client may not set; they are told first, or last. */
export type Input = { fields: Record<string, InputField>; readOnly?: readonly string[]; isReadOnlyLast?: boolean };

export type Parameter = { name: string; in: 'query' | 'path' | 'header'; description: string; schema: JsonSchema; isRequired?: boolean };

export type Operation = {
  summary: string;
  parameters?: readonly Parameter[];
  input?: Input;
  /** A body that is no plain set of fields. */
  body?: JsonSchema;
  /** The status when it works, and what comes then. */
  status: number;
  output?: JsonSchema;
  /** What can go wrong besides what can everywhere. */
  errors?: readonly number[];
  /** A request that works on the demo catalogue, for the documentation; its test runs it. */
  example?: { path?: Record<string, string | number>; query?: Record<string, string>; body?: unknown };
};
