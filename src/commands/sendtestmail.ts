import type { Command } from 'commander';
import { environment, readConfig } from '../config.ts';
import { invalid } from '../errors.ts';
import { messageOf } from '../mail/letter.ts';
import { faultInWords, smtpTransport } from '../mail/transport.ts';
import { addressOf, NO_ADDRESS } from '../schema/address.ts';

/** manage sendtestmail ADDRESS */
export function sendtestmail(program: Command): void {
  program
    .command('sendtestmail <address>')
    .description('Sends a mail at once, to try whether SMTP_URL and MAIL_FROM are right.')
    .action(async (typed: string) => {
      const config = readConfig(environment());
      const to = addressOf(typed);
      if (to === undefined) throw invalid({ address: NO_ADDRESS });
      if (!config.mail?.server) throw invalid({ address: 'No mail server is set. Set SMTP_URL and MAIL_FROM.' });
      const { server } = config.mail;
      const transport = smtpTransport(config.mail, server);
      const letter = { subject: `Test mail from ${config.siteName}`, paragraphs: ['This mail was sent to try whether mail works. It does.'] };
      try {
        await transport.send(messageOf(letter, { id: crypto.randomUUID(), to }, config));
      } catch (error) {
        throw invalid({ address: `The mail was not sent. ${server.host}:${server.port} says: ${faultInWords(error, server)}` });
      } finally {
        transport.close();
      }
      console.log(`${server.host}:${server.port} took a mail to ${to}.`);
    });
}
