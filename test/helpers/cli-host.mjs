// Runs commands of the built program one after another, without loading it anew for each: for the helper run-cli.ts.
import { runCli } from '../../dist/src/cli/run-cli.js';

// Each command listens for signals.
process.setMaxListeners(0);
process.stdout.setMaxListeners(0);
process.stderr.setMaxListeners(0);

process.on('message', async ({ args, cwd }) => {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    process[name].write = (text) => {
      said[name] += text;
      return true;
    };
  }
  process.chdir(cwd);
  const code = await runCli(args, process.env);
  process.send({ code, ...said });
});
process.on('disconnect', () => process.exit());
