/** Where the page of a plan is, and its routes beneath. */
export const planAddress = (file: string): string => `/plans/${encodeURIComponent(file)}/`;

/** Where the list of plans is. */
export const LIST = '/plans/';

/** Where the routes of this page's plan begin; empty on the page that lists the plans. */
export const ROOT = typeof location === 'undefined' ? '' : (/^\/plans\/[^/]+(?=\/)/.exec(location.pathname)?.[0] ?? '');

/** Leaves for another page, in the language asked for here. */
export function go(address: string): void {
  const asked = new URLSearchParams(location.search).get('lang');
  location.assign(asked ? `${address}?lang=${encodeURIComponent(asked)}` : address);
}
