import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../../../src/database/embedded/free-port.ts';

test('freePort takes the preferred port while it is free, and another when it is not', async () => {
  const port = await freePort();
  expect(await freePort(port)).toBe(port);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  try {
    const other = await freePort(port);
    expect(other).not.toBe(port);
    expect(other).toBeGreaterThan(1023);
  } finally {
    server.close();
  }
});
