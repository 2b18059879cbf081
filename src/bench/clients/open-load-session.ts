import { PgSession } from '../../database/pg-session.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Statement } from '../../schema/statement.ts';
import { sessionSettings } from './session-settings.ts';

/** One session as those of a load are, prepared for the statements, and replaced by nobody when it is lost. */
export async function openLoadSession(
  database: ServerAddress,
  scenario: Scenario,
  purpose: string,
  statements: readonly Statement<never, unknown>[],
): Promise<PgSession> {
  const session = await PgSession.open(database, {
    purpose,
    statementTimeoutMs: scenario.timeouts.statementMs,
    lockTimeoutMs: scenario.timeouts.lockMs,
    startupSettings: sessionSettings(scenario),
    onLost: () => {},
    isPipelined: scenario.checkout.strategy === 'pipelined',
    prepares: 'named',
  });
  if (scenario.security.role === 'app') await session.command('set role shop_app');
  await session.prepare(statements);
  return session;
}
