import type pg from 'pg';

/** What this role may do on this server. What it may not carries the reason. */
export interface Capabilities {
  readonly serverVersion: string;
  /** `server_version_num`, 180004. */
  readonly serverVersionNumber: number;
  readonly available: Readonly<Record<CapabilityName, boolean>>;
  /** Reason by name, for each one that is missing. */
  readonly unavailable: Readonly<Partial<Record<CapabilityName, string>>>;
}

export const CAPABILITIES = [
  'createDatabase',
  'createRole',
  'checkpoint',
  'pgStatStatements',
  'pgPrewarm',
  'pgWalinspect',
  'replicationSlots',
  'setDeadlockTimeout',
  'setSessionReplicationRole',
] as const;

export type CapabilityName = (typeof CAPABILITIES)[number];

const REASONS: Record<CapabilityName, string> = {
  createDatabase: 'the role lacks CREATEDB',
  createRole: 'the role lacks CREATEROLE',
  checkpoint: 'the role is neither superuser nor in pg_checkpoint',
  pgStatStatements: 'pg_stat_statements is not preloaded, or may not be created by this role',
  pgPrewarm: 'pg_prewarm may not be created by this role',
  pgWalinspect: 'pg_walinspect may not be created by this role',
  replicationSlots: 'the role is neither superuser nor REPLICATION',
  setDeadlockTimeout: 'the role may not set deadlock_timeout',
  setSessionReplicationRole: 'the role may not set session_replication_role',
};

/** Asks the server what the role may do, without trying it. */
export async function probeCapabilities(client: pg.Client): Promise<Capabilities> {
  const { rows } = await client.query<
    Record<CapabilityName, boolean> & { version: string; versionNumber: number }
  >(
    `with me as (
       select rolsuper, rolcreatedb, rolcreaterole, rolreplication
       from pg_roles where rolname = current_user
     ), extension as (
       select a.name,
              exists (select 1 from pg_extension e where e.extname = a.name)
                or me.rolsuper
                or (has_database_privilege(current_database(), 'CREATE')
                    and exists (select 1 from pg_available_extension_versions v
                                where v.name = a.name and v.trusted)) as usable
       from pg_available_extensions a, me
     )
     select current_setting('server_version') as version,
            current_setting('server_version_num')::int as "versionNumber",
            rolsuper or rolcreatedb as "createDatabase",
            rolsuper or rolcreaterole as "createRole",
            rolsuper or exists (select 1 from pg_roles r
              where r.rolname = 'pg_checkpoint' and pg_has_role(r.oid, 'usage')) as checkpoint,
            current_setting('pg_stat_statements.max', true) is not null
              and coalesce((select usable from extension where name = 'pg_stat_statements'), false)
              as "pgStatStatements",
            coalesce((select usable from extension where name = 'pg_prewarm'), false) as "pgPrewarm",
            coalesce((select usable from extension where name = 'pg_walinspect'), false)
              as "pgWalinspect",
            rolsuper or rolreplication as "replicationSlots",
            rolsuper or has_parameter_privilege('deadlock_timeout', 'SET') as "setDeadlockTimeout",
            rolsuper or has_parameter_privilege('session_replication_role', 'SET')
              as "setSessionReplicationRole"
     from me`,
  );
  const row = rows[0];
  if (row === undefined) throw new Error('the capability query returned no row');
  const available = Object.fromEntries(CAPABILITIES.map((name) => [name, row[name]]));
  const missing = CAPABILITIES.filter((name) => !row[name]);
  return {
    serverVersion: row.version,
    serverVersionNumber: row.versionNumber,
    available: available as Record<CapabilityName, boolean>,
    unavailable: Object.fromEntries(missing.map((name) => [name, REASONS[name]])),
  };
}
