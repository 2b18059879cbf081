// A stale dist would still be run: a deleted migration, for one. The compiler never deletes.
import { rmSync } from 'node:fs';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
