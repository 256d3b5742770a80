/** Accounts: signing up, in and out, the account's own pages, one-time links, and the first administrator. */
import type { FastifyInstance } from 'fastify';
import { closePasswords } from '../../accounts/passwords.ts';
import { introduceSite } from '../../accounts/site.ts';
import type { Door } from '../../web/door.ts';
import { account } from './account.ts';
import { confirm, email } from './email.ts';
import { forgot } from './forgot.ts';
import { login } from './login.ts';
import { loginCode } from './login-code.ts';
import { loginPasskey } from './login-passkey.ts';
import { passwordLink } from './password-link.ts';
import { proof } from './proof.ts';
import { app as authenticatorApp } from './security/app.ts';
import { codes } from './security/codes.ts';
import { overview } from './security/overview.ts';
import { passkeys } from './security/passkeys.ts';
import { setup } from './setup.ts';
import { signup } from './signup.ts';
import { tokens } from './tokens.ts';

/** Registers all of them. */
export function accounts(app: FastifyInstance, door: Door): void {
  introduceSite({ name: door.config.siteName, report: (fault) => app.log.error(fault) });
  login(app, door);
  loginCode(app, door);
  loginPasskey(app, door);
  signup(app, door);
  account(app, door);
  overview(app, door);
  authenticatorApp(app, door);
  passkeys(app, door);
  codes(app, door);
  email(app, door);
  confirm(app, door);
  forgot(app, door);
  proof(app, door);
  tokens(app, door);
  setup(app, door);
  passwordLink(app, door);
  app.addHook('onClose', () => closePasswords());
}
