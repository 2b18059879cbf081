/** The first moment of the shop's generated history, UTC. */
export const HISTORY_START = new Date('2024-01-01T00:00:00Z');

/** The end of the generated history, exclusive, UTC: no generated event lies at or after it. */
export const AS_OF = new Date('2026-01-01T00:00:00Z');
