import type pg from 'pg';
import { CartloadError } from '../../errors.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import { DUTIES, type Duty, type Logic } from '../../schema/duties.ts';

interface DutyTrigger {
  readonly duty: string;
  readonly name: string;
  readonly table: string;
  readonly isEnabled: boolean;
}

/**
 * Has the triggers do what the scenario says that triggers do, and no more. Only a clone that goes with
 * the run is changed: a shop in place has to be so already.
 *
 * @throws CartloadError LOGIC_DIFFERS where a shop in place is not
 */
export async function setLogic(
  client: pg.Client,
  logic: Logic,
  state: RunRecord['target']['state'],
): Promise<void> {
  const triggers = await dutyTriggers(client);
  const lacking = DUTIES.filter(
    (duty) => wants(logic, duty) && !triggers.some((trigger) => trigger.duty === duty),
  );
  if (lacking.length > 0) {
    throw new CartloadError(
      'LOGIC_DIFFERS',
      `The shop has no triggers for: ${lacking.join(', ')}.`,
      {
        hint: 'An older Cartload migrated it: npm run db -- migrate.',
      },
    );
  }
  const different = triggers.filter(({ duty, isEnabled }) => isEnabled !== wants(logic, duty));
  if (different.length === 0) return;
  if (state === 'in-place') {
    const duties = [...new Set(different.map(({ duty }) => duty))].join(', ');
    throw new CartloadError(
      'LOGIC_DIFFERS',
      `The scenario's logic is not that of the shop in place: ${duties}.`,
      {
        hint: 'Triggers are switched on a fresh clone only, which the embedded cluster makes: leave --target out.',
      },
    );
  }
  const changes = different.map(
    ({ table, name, isEnabled }) =>
      `alter table shop.${table} ${isEnabled ? 'disable' : 'enable'} trigger ${name}`,
  );
  await client.query(changes.join(';'));
}

function wants(logic: Logic, duty: string): boolean {
  return DUTIES.some((each) => each === duty) && logic[duty as Duty] === 'trigger';
}

async function dutyTriggers(client: pg.Client): Promise<DutyTrigger[]> {
  const { rows } = await client.query<DutyTrigger>(
    `select split_part(t.tgname, '_', 2) as duty, t.tgname as name, c.relname as table,
            t.tgenabled <> 'D' as "isEnabled"
     from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where c.relnamespace = 'shop'::regnamespace and t.tgname like 'keep\\_%'
       and not t.tgisinternal and t.tgparentid = 0`,
  );
  return rows;
}
