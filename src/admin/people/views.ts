/** The data of the templates for people: users, groups, sessions, and rows that are only read. */
import type { Notice } from '../form/views.ts';
import type { AdminForm, AdminPage } from '../views.ts';

declare module '../../web/views.ts' {
  interface Views {
    'admin/user': AdminPage & UserPage;
    'admin/user-add': AdminPage & UserAddPage;
    'admin/user-factor': AdminPage & UserFactorPage;
    'admin/user-password': AdminPage & UserPasswordPage;
    'admin/group': AdminPage & GroupPage;
    'admin/sessions': AdminPage & SessionsPage;
    'admin/show': AdminPage & ShowPage;
    'admin/token-add': AdminPage & TokenAddPage;
  }
}

/** Permissions: a row for each thing that they are about, a cell for each verb; none where there is no such permission. */
export type Grid = { rows: { label: string; cells: (GridCell | undefined)[] }[]; isReadOnly: boolean; note: string };
export type GridCell = { permission: string; label: string; isChecked: boolean; isLocked: boolean; isInherited: boolean };

/** The button that ends all sessions of an account, save the one of whoever presses it. */
export type EndSessions = { href: string; label: string };
export type Fact = { label: string; text: string; href?: string | undefined; moment?: string | undefined; by?: string | undefined };
export type Check = { name: string; value: string; label: string; hint: string; isChecked: boolean; isLocked: boolean };

/** A form is only read when `isReadOnly`; `hidden` goes along. */
type FormPage = { title: string; action: string; isReadOnly: boolean; notice?: Notice | undefined; form: AdminForm; hidden: [name: string, value: string][]; grid: Grid; facts: Fact[]; canAdd: boolean; history?: string | undefined; remove?: string | undefined };

/** `canMail`: the link can go to the account's address. */
type PasswordWays = { set: string; link: string; canMail: boolean; refusal?: string | undefined };
/** A mail to the account that was given up. */
export type MailFault = { what: string; to: string; at: string; fault: string };

/** `tokensBack`: how many API tokens an account that is not active has, which can come back with it. */
export type UserPage = FormPage & { flags: Check[]; groups: Check[]; tokensBack: number; keepsTokens: boolean; endSessions?: EndSessions | undefined; password?: PasswordWays | undefined; mailFaults: MailFault[]; /** Where the second factor is removed, if there is one and this person may. */ removeFactor?: string | undefined };

export type GroupPage = FormPage & { isNew: boolean; members: { username: string; href?: string | undefined }[]; more: number };

export type UserAddPage = { title: string; hidden: [name: string, value: string][]; form: AdminForm; login: 'link' | 'mail' | 'password' };

/** `factors` in words; '' for none. */
export type UserFactorPage = { title: string; username: string; factors: string; action: string; cancel: string };

export type UserPasswordPage = { title: string; action: string; username: string; form: AdminForm; tokens: number; cancel: string };

/** `made` is on the answer to the form alone: the secret is shown once. */
export type TokenAddPage = {
  title: string;
  hidden: [name: string, value: string][];
  form: AdminForm;
  scopes: { scope: string; label: string; sentence: string; isChecked: boolean }[];
  made?: { name: string; secret: string; username: string } | undefined;
};

export type SessionsPage = {
  title: string;
  username: string;
  nothing: string;
  sessions: { id: string; username: string; href?: string | undefined; device: string; address: string; began: string; seen: string; end?: string | undefined; isCurrent: boolean }[];
  /** Ends all of the one account whose sessions are shown. */
  endAll?: EndSessions | undefined;
  next?: string | undefined;
  start?: string | undefined;
};

export type ShowPage = { title: string; note: string; facts: Fact[]; remove?: { href: string; label: string } | undefined; history?: string | undefined };
