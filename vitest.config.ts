import { defineConfig } from 'vitest/config';

/** What tests with servers have in common. */
const SERVER = {
  globalSetup: ['test/helpers/global-setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 } },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'server',
          include: ['test/integration/**/*.test.ts', 'test/cli/**/*.test.ts'],
          ...SERVER,
        },
      },
      // They watch times: one after the other, with nothing beside them.
      {
        test: { name: 'timing', include: ['test/timing/**/*.test.ts'], ...SERVER },
      },
    ],
  },
});
