import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The system's Chromium; null where there is none, which the tests then say. */
function executablePath(): string | null {
  const given = process.env['CARTLOAD_TEST_CHROMIUM'];
  if (given !== undefined) return given;
  for (const name of NAMES) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // The next one.
    }
  }
  return null;
}

/** A headless browser; null where the machine has none. */
export async function openBrowser(): Promise<Browser | null> {
  const path = executablePath();
  if (path === null) return null;
  return chromium.launch({
    executablePath: path,
    // Root may not start it otherwise; the pages are our own.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-gpu', '--disable-dev-shm-usage'],
  });
}
