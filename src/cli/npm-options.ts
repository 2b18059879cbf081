import { CartloadError } from '../errors.ts';

/** The npm scripts that call this program. */
const SCRIPTS = ['load', 'bench', 'verify', 'realism', 'report', 'db', 'generate'];

/**
 * Refuses options that npm swallowed. Typed without `--`, `npm run bench x --duration=5s` reaches the
 * program without its option, which npm keeps as `npm_config_duration`: the run would go on with the
 * defaults, silently.
 *
 * @throws CartloadError BAD_OPTION with the right spelling
 */
export function refuseSwallowedOptions(options: readonly string[], env: NodeJS.ProcessEnv): void {
  const script = env['npm_lifecycle_event'] ?? '';
  if (!SCRIPTS.includes(script)) return;
  for (const option of options) {
    const value = env[`npm_config_${option.replaceAll('-', '_')}`];
    if (value === undefined) continue;
    const written = value === 'true' ? `--${option}` : `--${option} ${value}`;
    throw new CartloadError('BAD_OPTION', `npm kept "--${option}" for itself.`, {
      hint: `Put -- before the options: npm run ${script} ... -- ${written}`,
    });
  }
}
