import { z } from 'zod';
import { EXPERIMENT_RECORD_VERSION, experimentRecordSchema } from './experiment-record.ts';
import { RUN_RECORD_VERSION, runRecordSchema } from './run-record.ts';

/**
 * The JSON Schema of `run.json`, for programs in other languages. Within a version fields are added and
 * none is taken away, so it lets unknown ones pass.
 */
export function runRecordJsonSchema(): object {
  return {
    ...z.toJSONSchema(runRecordSchema, { io: 'input', target: 'draft-2020-12' }),
    title: `Run record of Cartload, version ${RUN_RECORD_VERSION}`,
    description:
      'Everything that is known of one run. Names end in their unit (Ms, Us, Bytes, Seconds); offsets (atMs, startMs, endMs) count from the start of the warm-up. Histograms are HdrHistogram V2, compressed, base64, microseconds, 3 significant digits.',
  };
}

/** The JSON Schema of `experiment.json`; as the one of `run.json`. */
export function experimentRecordJsonSchema(): object {
  return {
    ...z.toJSONSchema(experimentRecordSchema, { io: 'input', target: 'draft-2020-12' }),
    title: `Experiment record of Cartload, version ${EXPERIMENT_RECORD_VERSION}`,
    description:
      'Arms that were compared, figure by figure, and the verdict. Changes are the candidate against the baseline: a quotient less 1, or a difference in the unit of the figure.',
  };
}
