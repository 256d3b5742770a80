/** Loaded into a measured process (`--import`): tells its CPU time and memory when its parent asks. */

export type Usage = { cpu: number; rss: number };

process.on('message', (message) => {
  if (message !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: (user + system) / 1000, rss: process.memoryUsage.rss() } satisfies Usage);
});
// Listening to the parent must not keep the process alive, and without the parent nobody would end it.
process.channel?.unref();
process.on('disconnect', () => process.exit());
