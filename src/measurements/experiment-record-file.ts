import {
  EXPERIMENT_RECORD_VERSION,
  type ExperimentRecord,
  experimentRecordSchema,
} from './experiment-record.ts';
import { type RecordKind, readRecord, writeRecord } from './record-file.ts';

/** The name of the record in the directory of its experiment. */
export const EXPERIMENT_RECORD_FILE = 'experiment.json';

const EXPERIMENT_RECORD: RecordKind<typeof experimentRecordSchema> = {
  noun: 'experiment record',
  file: EXPERIMENT_RECORD_FILE,
  version: EXPERIMENT_RECORD_VERSION,
  schema: experimentRecordSchema,
};

/** As `writeRecord`. */
export function writeExperimentRecord(dir: string, record: ExperimentRecord): Promise<string> {
  return writeRecord(EXPERIMENT_RECORD, dir, record);
}

/** As `readRecord`. */
export function readExperimentRecord(path: string): Promise<ExperimentRecord> {
  return readRecord(EXPERIMENT_RECORD, path);
}
