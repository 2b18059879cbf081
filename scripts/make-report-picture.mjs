// Draws docs/report.png, the first screen of a report, from a real run; needs a build and Chromium.
// Run: npm run bench scenarios/checkout, then node scripts/make-report-picture.mjs runs/FOLDER
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Name the folder of a run.');
  process.exit(2);
}
const executablePath =
  process.env.CARTLOAD_TEST_CHROMIUM ??
  execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
const browser = await chromium.launch({
  executablePath,
  chromiumSandbox: process.getuid?.() !== 0,
});
const page = await browser.newPage({ viewport: { width: 1180, height: 1240 } });
await page.goto(pathToFileURL(resolve(folder, 'report.html')).href);
await page.screenshot({ path: fileURLToPath(new URL('../docs/report.png', import.meta.url)) });
await browser.close();
