/** The data of the templates under views/api, as web/views.ts has it for those of the site. */
import type { DocumentedGroup } from '../described/documented.ts';
import type { FormField, MethodForm } from './operation-forms.ts';
import type { Piece } from './readable.ts';

declare module '../../web/views.ts' {
  interface Views {
    'api/endpoint': EndpointPage;
    'api/docs': DocsPage;
  }
}

/** An endpoint opened in a browser: what was asked, what came, and the forms for what the person may send. */
export type EndpointPage = {
  name: string;
  description: string;
  /** The addresses above this one. */
  trail: { href: string; label: string }[];
  /** The addresses one step below. */
  below: { href: string; methods: string; label: string; path: string }[];
  method: string;
  path: string;
  status: number;
  words: string;
  headers: { name: string; pieces: Piece[] }[];
  answer: Piece[];
  /** What the page leaves out. */
  notes: string[];
  /** What is missing, on a 401 or a 403. */
  missing: string | undefined;
  isSignedIn: boolean;
  username: string | undefined;
  login: string;
  filters: FormField[];
  curl: string;
  fetch: string;
  forms: MethodForm[];
  /** Methods that are there and not for this person. */
  others: { method: string; summary: string; who: string }[];
};

/** The documentation: an introduction, then every endpoint. `server` is the address of the API. */
export type DocsPage = {
  server: string;
  openApi: string;
  groups: DocumentedGroup[];
  /** The one that is shown; the introduction when there is none. */
  group: DocumentedGroup | undefined;
  failures: { status: number; words: string; sentence: string }[];
  limits: { address: number | undefined; person: number | undefined };
  firstCall: string;
  tokenCall: string;
  scopes: { scope: string; sentence: string }[];
};
