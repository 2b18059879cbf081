import { relative } from 'node:path';

/** A path as the user would type it: relative where that does not lead upwards. */
export function shownPath(path: string, userDirectory: string): string {
  const shorter = relative(userDirectory, path);
  return shorter.startsWith('..') ? path : shorter;
}
