/** The data of the dashboard's template. A part is missing where the person may not see what it tells. */
import type { Count } from '../../db/wanted.ts';
import type { BarPlot, LinePlot } from './plots.ts';
import type { AdminPage } from '../views.ts';

declare module '../../web/views.ts' {
  interface Views {
    'admin/dashboard': AdminPage & DashboardPage;
  }
}

/** A number with its change in words; `lead` is the part of them that is good or bad news. */
export type Figure = { label: string; href: string; value: string; lead?: { text: string; trend: 'up' | 'down' } | undefined; rest: string };

export type DashboardPage = {
  canAdd: boolean;
  figures: Figure[];
  /** Without likes there is no plot. */
  likes?: { span: string; plot?: { drawing: LinePlot; sentence: string; days: { day: string; likes: number }[] } | undefined } | undefined;
  artists?: { unit: string; bars: { name: string; href: string; short: string; share: string; streams: number }[] } | undefined;
  years?: { highest: string; plot?: { drawing: BarPlot; sentence: string; years: { year: string; albums: number; href: string }[]; others: number } | undefined } | undefined;
  health?: { label: string; href: string; count: Count }[] | undefined;
  acts?: { at: string; when: string; person: string; summary: string; href: string }[] | undefined;
  /** The outbox is stuck, or letters were given up lately: a sentence, and what the server said. */
  mail?: { sentence: string; fault: string } | undefined;
  /** The person may see nothing of all this. */
  isBare: boolean;
};
