// Every address of the admin area. Given to the templates as `it.urls.admin`.

export const dashboard = '/admin';
export const history = '/admin/history';
export const sessions = '/admin/sessions';
export const styles = '/admin.css';

/** The parameters of a list in its address; several values of one name are several parameters. */
export type Parameters = Record<string, string | number | readonly string[] | undefined>;

/** list('albums', { q: 'blue', decade: ['1970', '1980'] }) -> '/admin/albums?q=blue&decade=1970&decade=1980' */
export function list(section: string, parameters: Parameters = {}): string {
  return withParameters(`/admin/${section}`, parameters);
}
export const add = (section: string): string => `/admin/${section}/add`;
export const edit = (section: string, id: number): string => `/admin/${section}/${id}`;
export const remove = (section: string, id: number): string => `/admin/${section}/${id}/delete`;
/** What was done to one row; with `before`, before that act. */
export const historyOf = (section: string, id: number, before?: number): string => withParameters(`/admin/${section}/${id}/history`, { before });
export const actions = (section: string): string => `/admin/${section}/actions`;
export const bulkEdit = (section: string): string => `/admin/${section}/bulk-edit`;
export const exported = (section: string, format: 'csv' | 'json', parameters: Parameters = {}): string => withParameters(`/admin/${section}/export.${format}`, parameters);
export const choices = (section: string): string => `/admin/${section}/choices`;
/** Merging an album with another one, which is chosen there unless it is known. */
export const merge = (id: number, other?: number): string => withParameters(`/admin/albums/${id}/merge`, { with: other });
export const undo = (act: number): string => `/admin/history/${act}/undo`;
/** One act; with `after`, its changes behind that one. */
export const act = (id: number, after?: number): string => withParameters(`/admin/history/${id}`, { after });
export const historyList = (parameters: Parameters = {}): string => withParameters(history, parameters);
export const password = (user: number): string => `/admin/users/${user}/password`;
export const secondFactor = (user: number): string => `/admin/users/${user}/second-factor`;
export const passwordLink = (user: number): string => `/admin/users/${user}/password-link`;
export const sessionList = (parameters: Parameters = {}): string => withParameters(sessions, parameters);
export const endSessions = (user: number): string => `/admin/users/${user}/end-sessions`;
export const endSession = (id: string): string => `/admin/sessions/${id}/end`;

function withParameters(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of value === undefined || value === '' ? [] : [value].flat()) query.append(name, String(one).toWellFormed());
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
