/** Forms that bring a file along: read once the guard has let somebody pass, into the same fields as any other form. */
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { badRequest, GuestError } from '../../errors.ts';
import { record } from '../../schema/own.ts';

/** As many fields as an album with far more songs than any has; each at most this long, and all of them together. */
const MOST_FIELDS = 20_000;
const LONGEST_FIELD = 64 * 1024;
const LONGEST_FORM = 2 * 1024 * 1024;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Written down at the routes whose form may bring a file along. */
    takesFiles?: true;
  }
}

/**
 * Lets the routes of a scope that say `takesFiles` be sent such forms. Nothing of them is read before
 * `readUpload`; the others refuse them, as they would find nothing in them.
 * @param longest how long a file may be; of a longer one, one byte more is read
 */
export async function registerUploads(area: FastifyInstance, longest: number): Promise<void> {
  const limits = { files: 1, fileSize: longest + 1, fields: MOST_FIELDS, parts: MOST_FIELDS + 1, fieldSize: LONGEST_FIELD };
  await area.register(multipart, { limits, throwFileSizeLimit: false });
  area.addHook('preValidation', async (request) => {
    if (request.isMultipart() && !request.routeOptions.config.takesFiles) throw new GuestError(415, 'This form can’t bring a file along. Go back, reload the page and try again.');
  });
}

/**
 * Reads a form with a file: its fields become the body of the request, repeated ones as a list.
 * @param field the name of the file's field
 * @returns the file; undefined when none was chosen, or when the form can't bring one
 * @throws GuestError 400 for a form that is damaged, 413 for one that is too long
 */
export async function readUpload(request: FastifyRequest, field: string): Promise<Buffer | undefined> {
  if (!request.isMultipart()) return undefined;
  const body = record<string | string[]>();
  let file: Buffer | undefined;
  let length = 0;
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') {
        const bytes = await part.toBuffer();
        if (part.fieldname !== field) throw badRequest(`The form has a file "${part.fieldname.slice(0, 40)}" that does not belong here. Reload the page and try again.`);
        if (part.filename !== '' && part.filename !== undefined) file = bytes;
        continue;
      }
      const value = String(part.value);
      length += value.length;
      if (part.fieldnameTruncated || part.valueTruncated || length > LONGEST_FORM) throw new GuestError(413, 'The form is too long. Shorten what you typed, or change fewer rows at once.');
      const known = body[part.fieldname];
      body[part.fieldname] = known === undefined ? value : [known, value].flat();
    }
  } catch (error) {
    // The reader has no status for a form that is cut off or has no boundary.
    if (error instanceof GuestError || (error as { statusCode?: number }).statusCode !== undefined) throw error;
    throw badRequest('The form arrived damaged. Go back, reload the page and try again.');
  }
  request.body = body;
  return file;
}
