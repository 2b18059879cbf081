import { describe, expect, test } from 'vitest';
import { refuseSwallowedOptions } from '../../../src/cli/npm-options.ts';

describe('refuseSwallowedOptions', () => {
  test('an option that npm kept is refused with the right spelling', () => {
    const env = { npm_lifecycle_event: 'bench', npm_config_duration: '5s' };
    expect(() => refuseSwallowedOptions(['rate', 'duration'], env)).toThrow(
      expect.objectContaining({
        exitCode: 2,
        hint: expect.stringContaining('npm run bench ... -- --duration 5s'),
      }),
    );
  });

  test('elsewhere the environment of npm is not looked at', () => {
    expect(() => refuseSwallowedOptions(['scale'], { npm_config_scale: '1m' })).not.toThrow();
    const env = { npm_lifecycle_event: 'test', npm_config_scale: '1m' };
    expect(() => refuseSwallowedOptions(['scale'], env)).not.toThrow();
  });
});
