import { createHash } from 'node:crypto';
import { type Html, type HtmlValue, html, markupOf, trusted } from './html-text.ts';
import { PAGE_STYLE } from './page-style.ts';

export interface PageOptions {
  readonly title: string;
  /** Rules beside those of every page. */
  readonly style?: string;
  /** The only script that the page may run; none where absent. */
  readonly script?: string;
  readonly body: Html;
}

/** A page in one file that works from disk and asks for nothing anywhere; the browser holds it to that. */
export function renderPage({ title, style = '', script, body }: PageOptions): string {
  const policy = [
    `default-src 'none'`,
    `style-src 'unsafe-inline'`,
    ...(script === undefined ? [] : [`script-src 'sha256-${hashOf(script)}'`]),
  ];
  const code: HtmlValue = script === undefined ? null : html`<script>${trusted(script)}</script>\n`;
  return markupOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy.join('; '))}">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(PAGE_STYLE)}${trusted(style)}</style>
</head>
<body>
${body}
${code}</body>
</html>
`);
}

function hashOf(script: string): string {
  return createHash('sha256').update(script).digest('base64');
}
