#!/usr/bin/env node
import { runCli } from './run-cli.ts';

// Not process.exit(): it would cut a pipe's last 64 KiB.
process.exitCode = await runCli(process.argv.slice(2), process.env);
