import type pg from 'pg';
import { CartloadError, messageOf } from '../../errors.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/**
 * Has the server try the settings of the load's sessions, and take them back.
 *
 * @throws CartloadError BAD_SCENARIO with what it refuses
 */
export async function checkSettings(
  client: pg.Client,
  { settings }: Pick<Scenario, 'settings'>,
): Promise<void> {
  for (const [name, value] of Object.entries(settings)) {
    try {
      await client.query('begin');
      await client.query('select set_config($1, $2, true)', [name, value]);
    } catch (cause) {
      throw new CartloadError(
        'BAD_SCENARIO',
        `The server does not take settings.${name}: ${messageOf(cause)} (got "${value}").`,
        { hint: 'Only what a session may set itself can be set here.', cause },
      );
    } finally {
      await client.query('rollback');
    }
  }
}
