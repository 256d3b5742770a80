/**
 * What accounts know of the site around them. One process serves one site, so whoever opens its doors
 * introduces it once, and no rule about passwords can be asked without it.
 */
type Site = { name: string; report: (fault: string) => void };

let site: Site = { name: 'Tracklist', report: () => {} };

/**
 * Introduces the site, before the first account is asked for.
 * @param introduced its name, as SITE_NAME has it, and where faults go that no visitor should hear of
 */
export function introduceSite(introduced: Site): void {
  site = introduced;
}

/** The name of the site. */
export function siteName(): string {
  return site.name;
}

/** Tells the operator, in the log, of a fault in what is stored. */
export function reportFault(fault: string): void {
  site.report(fault);
}
