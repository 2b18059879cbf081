import { type RecordKind, readRecord, writeRecord } from './record-file.ts';
import { RUN_RECORD_VERSION, type RunRecord, runRecordSchema } from './run-record.ts';

/** The name of the run record in the directory of its run. */
export const RUN_RECORD_FILE = 'run.json';

const RUN_RECORD: RecordKind<typeof runRecordSchema> = {
  noun: 'run record',
  file: RUN_RECORD_FILE,
  version: RUN_RECORD_VERSION,
  schema: runRecordSchema,
};

/** As `writeRecord`. */
export function writeRunRecord(dir: string, record: RunRecord): Promise<string> {
  return writeRecord(RUN_RECORD, dir, record);
}

/** As `readRecord`. */
export function readRunRecord(path: string): Promise<RunRecord> {
  return readRecord(RUN_RECORD, path);
}
