/** The data of the templates under views/api, as web/views.ts has it for those of the site. */
declare module '../web/views.ts' {
  interface Views {
    'api/endpoint': EndpointPage;
  }
}

/** An endpoint opened in a browser: what was asked, what came, and the forms for what the person may send. */
export type EndpointPage = {
  name: string;
  description: string;
  method: string;
  path: string;
  status: number;
  headers: [name: string, value: string][];
  body: string;
};
