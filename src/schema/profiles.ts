/** The shapes that a shop can have. */
export const PROFILES = ['default', 'grocery', 'marketplace'] as const;
export type Profile = (typeof PROFILES)[number];
